package cmd

import (
	"context"
	"io"
	"slices"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/job"
	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
)

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
		if err := checkReportPath(file.flag, file.path); err != nil {
			return err
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

// checkReportPath refuses what is an address and no file, and what would be a file among
// the devices.
func checkReportPath(flag, path string) error {
	operand, err := endpoint.ParseOperand(path)
	switch {
	case err != nil:
		return err
	case !operand.IsFile():
		return usagef("--%s %q: want a file, or - for standard output", flag, path)
	case path == "-":
		return nil
	}
	if err := endpoint.MayCreate(path); err != nil {
		return usagef("--%s %q: %v", flag, path, err)
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

// checkStdout refuses to report to a standard output that is not there.
func (c *copyRun) checkStdout() error {
	if c.opts.json != "-" && c.opts.events != "-" {
		return nil
	}
	err := c.output.Closed()
	if err != nil && c.opts.json == "-" {
		c.opts.json = "" // once is enough
	}
	return report.FileError("write report", "-", err)
}

// reportFile is what a job needs of a report that may have been asked for.
func (a *app) reportFile(path string) job.File {
	if path == "" {
		return job.File{}
	}
	return job.File{Name: path, Open: func(ctx context.Context) (io.WriteCloser, error) { return a.openReport(ctx, path) }}
}

// openReport opens a report.
func (a *app) openReport(ctx context.Context, path string) (io.WriteCloser, error) {
	if path == "-" {
		return keepOpen{a.output}, report.FileError("write report", path, a.output.Closed())
	}
	if file, ok, err := endpoint.OpenDescriptor(path); ok {
		return keepOpen{outlet.New(ctx, a.run, file)}, report.FileError("open report", path, err)
	}
	file, err := createFile(ctx, path)
	return outlet.New(ctx, a.run, file), report.FileError("open report", path, err)
}

// keepOpen is a file that is not ours to close.
type keepOpen struct{ io.Writer }

// Close does nothing.
func (keepOpen) Close() error { return nil }
