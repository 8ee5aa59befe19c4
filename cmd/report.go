package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/recording"
	"bpcopy/internal/report"
)

const reportHelp = `Make reports of runs that are over, from their events: several side by side in one
picture. RECORDING is a file that --record or --events has written, or what simulate
prints, or - for standard input.

FILE says by its ending what is made:
  .html        a page with the picture, in one file that needs nothing from elsewhere
  .xml         JUnit
  .md          a table, as for the summary of a step in CI
  .trace.json  a timeline in Chrome's trace event format (chrome://tracing, Perfetto)
Without -o the table is printed.

The last line that --record writes tells the settings of the run and who held it up.
Where it is missing, as in what --events writes, only the times are known in which a
full destination paused the source.`

const reportExample = `  bpcopy --record before.jsonl disk.img - | gzip >disk.img.gz
  bpcopy --record after.jsonl -H 1MiB disk.img - | gzip >disk.img.gz
  bpcopy report -o both.html before.jsonl after.jsonl`

func newReportCmd(a *app) *cobra.Command {
	var outputs []string
	cmd := &cobra.Command{
		Use:     "report [-o FILE] RECORDING...",
		Short:   "Make a picture, a table or a timeline from recorded events",
		Long:    reportHelp,
		Example: reportExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("report: want a RECORDING, have none")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.reportRecordings(cmd.Context(), outputs, args) },
	}
	cmd.Flags().StringArrayVarP(&outputs, "output", "o", nil, "write to `FILE`, which ends with .html, .xml, .md or .trace.json; repeatable")
	completeFlags(cmd, nil)
	return cmd
}

// reportRecordings is what `bpcopy report` does.
func (a *app) reportRecordings(ctx context.Context, outputs, paths []string) error {
	if err := a.checkOutputs(outputs, paths); err != nil {
		return err
	}
	var runs []document.Run
	for _, path := range paths {
		more, err := a.readRecording(ctx, path)
		if err != nil {
			return err
		}
		if runs = append(runs, more...); document.Drawn(runs) > document.MaxRuns {
			return usagef("report: want at most %d runs", document.MaxRuns)
		}
	}
	a.run.Begin(nil)
	if outputs == nil {
		form, _ := document.FormOf(".md")
		return outputError(form.Write(a.output, runs...))
	}
	var failures report.Failures
	for _, path := range outputs {
		failures.Add(a.writeDocument(ctx, path, runs))
	}
	return failures.Err()
}

// checkOutputs refuses outputs of unknown forms, and those that would overwrite a
// recording or each other.
func (a *app) checkOutputs(outputs, paths []string) error {
	for i, output := range outputs {
		if _, err := document.FormOf(output); err != nil {
			return usagef("report: --output %q: %v", output, err)
		}
		if err := checkReportPath("output", output); err != nil {
			return err
		}
		for _, path := range paths {
			if path != "-" && a.reportPlace(output).Overwrites(endpoint.PathPlace(path)) {
				return usagef("report: --output %q: want a file other than the recording %q", output, path)
			}
		}
		for _, other := range outputs[:i] {
			if a.reportPlace(output).Overwrites(a.reportPlace(other)) {
				return usagef("report: --output: want different files, have %q and %q", other, output)
			}
		}
	}
	return nil
}

// writeDocument writes a document about runs to a file.
func (a *app) writeDocument(ctx context.Context, path string, runs []document.Run) error {
	form, err := document.FormOf(path)
	if err != nil {
		return usagef("report: --output %q: %v", path, err)
	}
	file, err := a.openReport(ctx, path)
	if err != nil {
		return err
	}
	failures := report.Of(report.FileError("write report", path, form.Write(file, runs...)))
	failures.Add(report.FileError("close report", path, file.Close()))
	return failures.Err()
}

// readRecording reads one recording.
func (a *app) readRecording(ctx context.Context, path string) ([]document.Run, error) {
	a.run.Wait() // the file may be a FIFO
	runs, err := untilDone(ctx, func() ([]document.Run, error) {
		var in io.Reader = a.Stdin
		name := "stdin"
		if path != "-" {
			file, err := os.Open(path)
			if err != nil {
				return nil, err
			}
			defer file.Close()
			in, name = file, filepath.Base(path)
		} else if fd := int(a.Stdin.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
			return nil, errStdinClosed
		}
		return recording.Read(ctx, bufio.NewReaderSize(in, 1<<20), name)
	})
	if line, ok := errors.AsType[*recording.LineError](err); ok {
		return nil, withUsageStatus(fmt.Errorf("read recording %q: %w", path, line))
	}
	return runs, report.FileError("read recording", path, err)
}
