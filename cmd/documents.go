package cmd

import (
	"context"
	"io"
	"os"

	"bpcopy/internal/document"
	"bpcopy/internal/job"
	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
)

// documents returns the reports of --report, and the table for the summary of the
// step where the run is part of a workflow.
func (a *app) documents(paths []string) []job.Document {
	var all []job.Document
	for _, path := range paths {
		form, err := document.FormOf(path)
		if err != nil {
			return nil // the run is refused for it
		}
		all = append(all, job.Document{File: a.reportFile(path), Form: form})
	}
	if path := a.stepSummary(); path != "" {
		form, _ := document.FormOf(".md")
		all = append(all, job.Document{Form: form, File: job.File{
			Name: path,
			Open: func(ctx context.Context) (io.WriteCloser, error) { return a.appendReport(ctx, path) },
		}})
	}
	return all
}

// inWorkflow reports whether the program is a step of a workflow of GitHub Actions.
func (a *app) inWorkflow() bool { return a.Getenv("GITHUB_ACTIONS") == "true" }

// stepSummary returns the file that gets the table for the summary of a step, or "".
func (a *app) stepSummary() string {
	if !a.inWorkflow() {
		return ""
	}
	return a.Getenv("GITHUB_STEP_SUMMARY")
}

// appendReport opens a report to which others have written, too.
func (a *app) appendReport(ctx context.Context, path string) (io.WriteCloser, error) {
	file, err := untilDone(ctx, func() (*os.File, error) {
		return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	})
	return outlet.New(ctx, a.run, file), report.FileError("open report", path, err)
}

// annotate prints an annotation for each expectation in err that does not hold, where
// the program is a step of a workflow. It goes to standard error, since standard
// output may have the data; the runner reads both.
func (a *app) annotate(err error) {
	if !a.inWorkflow() {
		return
	}
	for _, text := range report.Of(err).Unmet() {
		io.WriteString(a.messages, document.Annotation("bpcopy", text)+"\n")
	}
}
