package cmd

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/job"
	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
)

// reportPath is a report that a flag asks for.
type reportPath struct{ flag, path string }

// eventFlags say where the events go. Of a recording the summary is the last line.
type eventFlags struct{ events, record string }

// addTo declares the flags.
func (e *eventFlags) addTo(f *pflag.FlagSet) {
	f.StringVar(&e.events, "events", "", "write every event to `FILE` as JSON lines; - is standard output")
	f.StringVar(&e.record, "record", "", "write a recording to `FILE`, for bpcopy report: every event, and last the summary")
}

// check returns a usage error for both of them: they are one report.
func (e eventFlags) check() error {
	if e.events != "" && e.record != "" {
		return usagef("--events and --record: want one of them; a recording has every event")
	}
	return nil
}

// path is the one that is wanted.
func (e eventFlags) path() reportPath {
	if e.record != "" {
		return reportPath{"record", e.record}
	}
	return reportPath{"events", e.events}
}

// addReportFlag declares --report.
func addReportFlag(f *pflag.FlagSet, paths *[]string) {
	f.StringArrayVar(paths, "report", nil, "write a report to `FILE`: .html a picture, .xml JUnit, .md a table, .trace.json a timeline; repeatable")
}

// reportPathsOf returns the reports that are wanted: "" is none.
func reportPathsOf(json string, events reportPath, documents []string) []reportPath {
	var all []reportPath
	for _, r := range []reportPath{{"json", json}, events} {
		if r.path != "" {
			all = append(all, r)
		}
	}
	for _, path := range documents {
		all = append(all, reportPath{"report", path})
	}
	return all
}

// dropReports lets nothing be written that is only written at the end: the paths may
// name files that must not be overwritten.
func (o *copyOptions) dropReports() { o.json, o.reports = "", nil }

// checkReports refuses reports that would overwrite the data or each other.
func (c *copyRun) checkReports() error {
	reports := reportPathsOf(c.opts.json, c.opts.path(), c.opts.reports)
	for _, file := range reports {
		if err := c.checkReport(file); err != nil {
			return err
		}
	}
	return c.checkReportsApart(reports)
}

// checkReportsApart refuses reports that would overwrite each other.
func (a *app) checkReportsApart(reports []reportPath) error {
	for i, file := range reports {
		for _, other := range reports[:i] {
			if file.path == other.path || a.reportPlace(file.path).Overwrites(a.reportPlace(other.path)) {
				return usagef("--%s and --%s: want two different files, have %q and %q", other.flag, file.flag, other.path, file.path)
			}
		}
	}
	return nil
}

// checkReport refuses a report that would overwrite the data.
func (c *copyRun) checkReport(file reportPath) error {
	if file.path == "-" && file.flag != "report" && c.toStdout() {
		return usagef("--%s -: want a file, since the data goes to standard output", file.flag)
	}
	if err := checkReportFile(file); err != nil {
		return err
	}
	place := c.reportPlace(file.path)
	if place.Overwrites(c.src.Place(c.Stdin)) {
		return usagef("--%s %q: want a file other than the operand %q", file.flag, file.path, c.src)
	}
	for _, name := range c.dsts {
		if place.Overwrites(c.destPlace(name)) {
			return usagef("--%s %q: want a file other than the operand %q", file.flag, file.path, name)
		}
	}
	return nil
}

// checkReportFile refuses a report without a form, and one that is no file.
func checkReportFile(file reportPath) error {
	if file.flag == "report" {
		if _, err := document.FormOf(file.path); err != nil {
			return usagef("--report %q: %v", file.path, err)
		}
	}
	return checkReportPath(file.flag, file.path)
}

// checkReportPath refuses a report that is an address and no file, and one that
// would be a new file in the folder of the devices.
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

// toStdout reports whether the data goes to standard output.
func (c *copyRun) toStdout() bool {
	return slices.ContainsFunc(c.dsts, func(o endpoint.Operand) bool { return c.destPlace(o).IsStdout() })
}

// reportPlace returns where a report would land.
func (a *app) reportPlace(path string) endpoint.Place {
	if path == "-" {
		return endpoint.StdoutPlace(a.Stdout)
	}
	return endpoint.PathPlace(path)
}

// checkStdout refuses a report to standard output if the program was started
// without one.
func (c *copyRun) checkStdout() error {
	if c.opts.json != "-" && c.opts.path().path != "-" {
		return nil
	}
	err := c.output.Closed()
	if err != nil && c.opts.json == "-" {
		c.opts.json = "" // or the job would fail to write it, with the same error
	}
	return report.FileError("write report", "-", err)
}

// reportFile returns a report for a job: none if path is empty.
func (a *app) reportFile(path string) job.File {
	if path == "" {
		return job.File{}
	}
	return job.File{Name: path, Open: func(ctx context.Context) (io.WriteCloser, error) { return a.openReport(ctx, path) }}
}

// openReport opens a report for writing. Its errors name the operation and the
// path.
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

// keepOpen is an output that others go on using.
type keepOpen struct{ io.Writer }

// Close does nothing.
func (keepOpen) Close() error { return nil }
