package job

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"bpcopy/internal/report"
	"bpcopy/internal/trace"
)

// reports are the files that a copy writes about itself.
type reports struct {
	json     io.WriteCloser // nil until opened
	events   io.WriteCloser
	recorder *trace.Recorder // of events
}

// openReports opens what was asked for, before the copy begins.
func (j *Job) openReports(ctx context.Context) (err error) {
	if j.plan.JSON.wanted() {
		if j.reports.json, err = j.plan.JSON.Open(ctx); err != nil {
			j.plan.JSON = File{} // once is enough
			return err
		}
	}
	if j.plan.Events.wanted() {
		if j.reports.events, err = j.plan.Events.Open(ctx); err != nil {
			return err
		}
		j.reports.recorder = trace.NewRecorder(j.reports.events)
	}
	return nil
}

// report writes what was asked for and returns the result, to which what became of
// the reports belongs.
func (j *Job) report(ctx context.Context) Result {
	complete := j.complete()
	if j.canceled {
		j.failures = *report.Of(context.Cause(ctx))
	}
	if j.reports.recorder != nil {
		j.failReport(j.closeEvents(ctx), complete)
	}
	result := Result{Summary: j.summarize(), Lost: j.allLost(), Began: j.transfer.Load() != nil}
	result.Unmet = result.Summary.Judge(j.plan.Expectations)
	if j.plan.JSON.wanted() {
		j.failReport(j.writeJSON(ctx, &result.Summary), complete)
	}
	j.failures.AddUnmet(result.Unmet)
	result.failures = j.failures
	return result
}

// failReport notes the error of a report. After a complete copy it is a failure and
// no more, whatever its cause.
func (j *Job) failReport(err error, complete bool) {
	switch {
	case err == nil:
	case complete:
		j.failPlainly(fmt.Errorf("%w; %s", err, report.DestinationsComplete))
	default:
		j.failures.Add(err)
	}
}

func (j *Job) closeEvents(ctx context.Context) error {
	closing, cancel := j.grace(ctx)
	defer cancel()
	name := j.plan.Events.Name
	return cmp.Or(
		report.FileError("write report", name, j.reports.recorder.Close(closing)),
		report.FileError("close report", name, j.reports.events.Close()))
}

func (j *Job) writeJSON(ctx context.Context, summary *report.Summary) (err error) {
	if j.reports.json == nil { // the copy failed before it came to that
		opening, cancel := j.grace(ctx)
		defer cancel()
		if j.reports.json, err = j.plan.JSON.Open(opening); err != nil {
			return err
		}
	}
	name := j.plan.JSON.Name
	err = summary.WriteJSON(j.reports.json)
	return cmp.Or(report.FileError("write report", name, err), report.FileError("close report", name, j.reports.json.Close()))
}

// grace is how long an interrupted program may take to write what it has.
func (j *Job) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), j.plan.Grace)
}
