package cmd

import (
	"cmp"
	"context"
	"io"

	"bpcopy/internal/demo"
	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/job"
	"bpcopy/internal/report"
)

// checkDemoReports refuses reports that would overwrite a scenario or each other, and a
// picture of too many runs.
func (a *app) checkDemoReports(opts demoOptions, operands []string, shown []*demo.Demo) error {
	reports := reportPathsOf(opts.json, reportPath{}, opts.reports)
	for _, file := range reports {
		if file.flag == "report" {
			if err := checkReportFile(file); err != nil {
				return err
			}
		}
		for _, operand := range operands {
			if a.reportPlace(file.path).Overwrites(endpoint.PathPlace(operand)) {
				return usagef("demo: --%s %q: want a file other than the operand %q", file.flag, file.path, operand)
			}
		}
	}
	runs := 0
	for _, d := range shown {
		runs += d.Runs()
	}
	if len(opts.reports) > 0 && runs > document.MaxRuns {
		return usagef("demo: --report: want at most %d runs, have %d", document.MaxRuns, runs)
	}
	return a.checkReportsApart(reports)
}

// demoReports are the reports of demos.
type demoReports struct {
	plans []job.Document
	files []io.WriteCloser // by index in plans
	runs  []document.Run   // that have ended
}

// openDemoReports opens the reports of --report, and the summary of the step.
func (a *app) openDemoReports(ctx context.Context, opts demoOptions) (*demoReports, error) {
	r := &demoReports{plans: a.documents(opts.reports)}
	for _, plan := range r.plans {
		file, err := plan.Open(ctx)
		if err != nil {
			return nil, err
		}
		r.files = append(r.files, file)
	}
	return r, nil
}

// add adds a run that has ended.
func (r *demoReports) add(run document.Run) { r.runs = append(r.runs, run) }

// write writes all reports and closes their files. The error is a [report.Failures], or nil.
func (r *demoReports) write() error {
	var failures report.Failures
	for i, plan := range r.plans {
		failures.Add(cmp.Or(
			report.FileError("write report", plan.Name, plan.Form.Write(r.files[i], r.runs...)),
			report.FileError("close report", plan.Name, r.files[i].Close())))
	}
	return failures.Err()
}
