package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/report"
	"bpcopy/internal/trace"
)

// reports are the files that a copy writes about itself.
type reports struct {
	json     io.WriteCloser // nil until opened
	events   io.WriteCloser
	recorder *trace.Recorder // of events
}

// checkReports refuses reports that would be written over the data or over each
// other.
func (c *copyRun) checkReports() error {
	for _, file := range []struct{ flag, path string }{{"json", c.opts.json}, {"events", c.opts.events}} {
		if file.path == "" {
			continue
		}
		if file.path == "-" && c.toStdout() {
			return usagef("--%s -: want a file, since the data goes to standard output", file.flag)
		}
		place := c.reportPlace(file.path)
		if place.Overwrites(c.srcName.Place(c.Stdin)) {
			return usagef("--%s %q: want a file other than the operand %q", file.flag, file.path, c.srcName)
		}
		for _, name := range c.dstNames {
			if place.Overwrites(c.destPlace(name)) {
				return usagef("--%s %q: want a file other than the operand %q", file.flag, file.path, name)
			}
		}
	}
	json, events := c.opts.json, c.opts.events
	if json != "" && (json == events || c.reportPlace(json).Overwrites(c.reportPlace(events))) {
		return usagef("--json and --events: want two different files, have %q and %q", json, events)
	}
	return nil
}

// toStdout reports whether data goes to standard output.
func (c *copyRun) toStdout() bool {
	return slices.ContainsFunc(c.dstNames, func(o endpoint.Operand) bool { return c.destPlace(o).IsStdout() })
}

// reportPlace is where a report goes.
func (a *app) reportPlace(path string) endpoint.Place {
	if path == "-" {
		return endpoint.StdoutPlace(a.Stdout)
	}
	return endpoint.PathPlace(path)
}

// openReports opens what was asked for, before the copy begins.
func (c *copyRun) openReports(ctx context.Context) (err error) {
	if c.opts.json != "" {
		if c.reports.json, err = c.openReport(ctx, c.opts.json); err != nil {
			c.opts.json = "" // once is enough
			return err
		}
	}
	if c.opts.events != "" {
		if c.reports.events, err = c.openReport(ctx, c.opts.events); err != nil {
			return err
		}
		c.reports.recorder = trace.NewRecorder(c.reports.events)
	}
	return nil
}

// checkStdout refuses to report to a standard output that is not there.
func (c *copyRun) checkStdout() error {
	if c.opts.json != "-" && c.opts.events != "-" {
		return nil
	}
	err := c.output.closed()
	if err != nil && c.opts.json == "-" {
		c.opts.json = "" // once is enough
	}
	return reportError("write report", "-", err)
}

// openReport opens a report.
func (a *app) openReport(ctx context.Context, path string) (io.WriteCloser, error) {
	if path == "-" {
		return keepOpen{a.output}, reportError("write report", path, a.output.closed())
	}
	if file, ok, err := endpoint.OpenDescriptor(path); ok {
		return keepOpen{a.outlet(ctx, file)}, reportError("open report", path, err)
	}
	file, err := createFile(ctx, path)
	return reportFile{a.outlet(ctx, file)}, reportError("open report", path, err)
}

// report writes what was asked for and leaves the summary to be printed last.
// The error is that of the copy, or else of the reports, and whatever was expected
// and did not come.
func (c *copyRun) report(ctx context.Context, err error) error {
	complete := err == nil
	if c.reports.recorder != nil {
		err = errors.Join(err, reportsFailure(c.closeEvents(ctx), complete))
	}
	summary := c.summarize(err)
	unexpected := unmet(summary.Judge(c.expectations))
	if c.opts.json != "" {
		err = errors.Join(err, reportsFailure(c.writeJSON(ctx, summary), complete))
	}
	if c.transfer.Load() != nil && !c.opts.quiet {
		c.summary = summary.Text()
	}
	if err == nil {
		return unexpected // as it is: see result
	}
	return errors.Join(err, unexpected)
}

func (c *copyRun) closeEvents(ctx context.Context) error {
	closing, cancel := grace(ctx)
	defer cancel()
	return cmp.Or(
		reportError("write report", c.opts.events, c.reports.recorder.Close(closing)),
		reportError("close report", c.opts.events, c.reports.events.Close()))
}

// reportsFailure is the error of a report. After a complete copy it is a failure
// and no more, whatever its cause.
func reportsFailure(err error, complete bool) error {
	if err == nil || !complete {
		return err
	}
	return &failure{fmt.Errorf("%w; %s", err, destinationsComplete)}
}

const destinationsComplete = "the destinations are complete"

// grace is how long an interrupted program may take to write what it has.
func grace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), graceForReport)
}

func (c *copyRun) writeJSON(ctx context.Context, summary report.Summary) (err error) {
	if c.reports.json == nil { // the copy failed before it came to that
		opening, cancel := grace(ctx)
		defer cancel()
		if c.reports.json, err = c.openReport(opening, c.opts.json); err != nil {
			return err
		}
	}
	line, err := summary.JSON()
	if err == nil {
		_, err = c.reports.json.Write(line)
	}
	return cmp.Or(reportError("write report", c.opts.json, err), reportError("close report", c.opts.json, c.reports.json.Close()))
}

// reportError names the file once.
func reportError(op, path string, err error) error {
	switch err.(type) {
	case nil, *signalError: // whose end is that of the whole run
		return err
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	status := report.Failed
	if errors.Is(err, syscall.EPIPE) || err == endpoint.ErrConsumerGone {
		status, err = report.ConsumerGone, endpoint.ErrConsumerGone
	}
	return &report.Failure{Status: status, Err: fmt.Errorf("%s %q: %w", op, path, err)}
}

// keepOpen is a file that is not ours to close.
type keepOpen struct{ io.Writer }

// Close does nothing.
func (keepOpen) Close() error { return nil }
