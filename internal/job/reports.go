package job

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"bpcopy/internal/report"
	"bpcopy/internal/trace"
)

// reports are the open files that a copy writes about itself. A field is nil
// until it is opened.
type reports struct {
	json      io.WriteCloser
	events    io.WriteCloser
	recorder  *trace.Recorder  // writes to events
	documents []io.WriteCloser // by index in the plan
}

// openReports opens the reports of the plan.
func (j *Job) openReports(ctx context.Context) (err error) {
	if j.plan.JSON.wanted() {
		if j.reports.json, err = j.plan.JSON.Open(ctx); err != nil {
			j.plan.JSON = File{} // or writeJSON would try again
			return err
		}
	}
	if j.plan.Events.wanted() {
		if j.reports.events, err = j.plan.Events.Open(ctx); err != nil {
			return err
		}
		j.reports.recorder = trace.NewRecorder(j.reports.events)
	}
	return j.openDocuments(ctx)
}

// report writes the reports and returns the result. A report that cannot be
// written is one of its failures.
func (j *Job) report(ctx context.Context) Result {
	complete := j.complete()
	if j.canceled {
		j.failures = *report.Of(context.Cause(ctx))
	}
	if j.reports.recorder != nil {
		if j.plan.Recording {
			j.failReport(report.FileError("write report", j.plan.Events.Name, j.recordSummary()), complete)
		}
		j.failReport(j.closeEvents(ctx), complete)
	}
	result := Result{Summary: j.summarize(), Lost: j.allLost(), Began: j.transfer.Load() != nil}
	result.Unmet = result.Summary.Judge(j.plan.Conditions)
	if j.plan.JSON.wanted() {
		j.failReport(j.writeJSON(ctx, &result.Summary), complete)
	}
	result.Run = j.document(result.Summary)
	for i := range j.plan.Documents {
		j.failReport(j.writeDocument(ctx, i, result.Run), complete)
	}
	j.failures.AddUnmet(result.Unmet)
	result.failures = j.failures
	return result
}

// failReport adds the error of a report to the failures. After a complete copy
// its status is always [report.Failed].
func (j *Job) failReport(err error, complete bool) {
	switch {
	case err == nil:
	case complete:
		j.failPlainly(fmt.Errorf("%w; %s", err, report.DestinationsComplete))
	default:
		j.failures.Add(err)
	}
}

// recordSummary adds the summary so far to the events, so that the copy can be drawn from
// them as it is from here.
func (j *Job) recordSummary() error {
	told := report.Recorded{Summary: j.summarize()}
	told.Judge(j.plan.Conditions)
	for i, operand := range j.operandOf {
		if i != operand {
			told.Operands = j.operandOf
		}
	}
	t, c := j.transfer.Load(), j.chain.Load()
	switch {
	case t == nil:
	case c != nil:
		for _, leg := range c.legs {
			told.Held = append(told.Held, report.NewHeld(leg.Series()))
		}
	default:
		told.Held = []report.Held{report.NewHeld(t.Series())}
	}
	line, err := told.JSON()
	if err == nil {
		j.reports.recorder.Summary(line)
	}
	return err
}

// closeEvents writes the events that are left and closes their file.
func (j *Job) closeEvents(ctx context.Context) error {
	closing, cancel := j.grace(ctx)
	defer cancel()
	name := j.plan.Events.Name
	return cmp.Or(
		report.FileError("write report", name, j.reports.recorder.Close(closing)),
		report.FileError("close report", name, j.reports.events.Close()))
}

// writeJSON writes the summary and closes its file.
func (j *Job) writeJSON(ctx context.Context, summary *report.Summary) (err error) {
	if j.reports.json == nil { // the copy failed before it could open the reports
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

// grace returns a context for what is left to write. If ctx has ended, it lasts
// for the grace of the plan.
func (j *Job) grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), j.plan.Grace)
}
