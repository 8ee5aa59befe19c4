package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
	"bpcopy/internal/units"
)

const simulateHelp = `Run a scenario in virtual time through the same streams that copy, and print
every event as a line of JSON, then a line with the summary. The events are
those of Node.js for the same scenario, with the same fields, in the same order.

SCENARIO is a JSON file, or - for standard input. The head of
testdata/node/oracle.mjs lists its fields.`

// simulateOptions are the flags of simulate.
type simulateOptions struct {
	summary bool
	events  string
	node    choice // empty for the scenario's own
}

func newSimulateCmd(a *app) *cobra.Command {
	var opts simulateOptions
	cmd := &cobra.Command{
		Use:     "simulate [flags] SCENARIO",
		Short:   "Run a scenario in virtual time and print its events",
		Long:    simulateHelp,
		Example: "  bpcopy simulate --summary slow-consumer.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("simulate: want one SCENARIO, have %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.simulate(cmd.Context(), opts, args[0])
		},
	}
	opts.node = nodeChoice("")
	cmd.Flags().BoolVar(&opts.summary, "summary", false, "print only the summary line")
	cmd.Flags().StringVar(&opts.events, "events", "", "write the events to `FILE` as well")
	cmd.Flags().Var(&opts.node, "node", nodeUsage+" (default the scenario's, else "+stream.DefaultLine+")")
	completeFlags(cmd, nil)
	return cmd
}

// simulate is what `bpcopy simulate SCENARIO` does.
func (a *app) simulate(ctx context.Context, opts simulateOptions, path string) error {
	if err := a.output.Closed(); err != nil {
		return outputError(err)
	}
	doc, err := a.readScenario(ctx, path)
	if err != nil {
		return err
	}
	s, err := scenario.Parse(doc, path)
	if err != nil {
		return withUsageStatus(err)
	}
	if opts.node.value != "" {
		s.Follow(opts.node.rules())
	}
	a.run.Begin(nil)
	outs, closeOuts, err := a.simulateOutputs(ctx, opts)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	lines := eventLines{outs: outs, cancel: cancel}
	summary, err := s.Run(ctx, lines.observe)
	if err == nil {
		lines.flush()
		err = context.Cause(ctx)
	}
	if err == nil {
		_, err = a.output.Write(summary.AppendLine(nil))
		err = outputError(err)
	}
	if _, ok := err.(*scenario.Error); ok {
		err = withUsageStatus(err)
	}
	failures := report.Of(withCause(ctx, err))
	failures.Add(closeOuts())
	return failures.Err()
}

// maxScenario is how long a scenario may be.
const maxScenario = 256 * units.MiB

// readScenario reads a scenario from a file, or from standard input for "-".
func (a *app) readScenario(ctx context.Context, path string) ([]byte, error) {
	a.run.Wait() // the file may be a FIFO
	var doc []byte
	var err error
	if path == "-" {
		doc, err = a.readStdin(ctx, maxScenario)
	} else {
		doc, err = readFile(ctx, path, maxScenario)
	}
	if errors.Is(err, errTooLong) {
		return nil, withUsageStatus(&scenario.Error{Scenario: path, Problem: fmt.Sprintf("more than %v: want at most that", maxScenario)})
	}
	return doc, report.FileError("read scenario", path, err)
}

// simulateOutputs opens the outputs for the events.
func (a *app) simulateOutputs(ctx context.Context, opts simulateOptions) (outs []*bufio.Writer, closeAll func() error, err error) {
	closeAll = func() error { return nil }
	if !opts.summary {
		outs = append(outs, bufio.NewWriterSize(a.output, 64<<10))
	}
	if opts.events != "" {
		file, err := createFile(ctx, opts.events)
		if err != nil {
			return nil, nil, report.FileError("open events", opts.events, err)
		}
		outs = append(outs, bufio.NewWriterSize(outlet.New(ctx, a.run, file), 64<<10))
		closeAll = func() error { return report.FileError("close events", opts.events, file.Close()) }
	}
	return outs, closeAll, nil
}

// eventLines writes each event to every output. The first failure cancels the
// run.
type eventLines struct {
	outs   []*bufio.Writer
	cancel context.CancelCauseFunc
	line   []byte // reused
	n      int64  // number of the next line
}

// observe writes one event. It is a [scenario.Observer].
func (l *eventLines) observe(atMS int64, e *stream.Event) {
	l.line = trace.AppendEvent(l.line[:0], trace.Micros(atMS*1000), l.n, e)
	l.n++
	for _, out := range l.outs {
		if _, err := out.Write(l.line); err != nil {
			l.cancel(outputError(err))
		}
	}
}

// flush writes what is still buffered.
func (l *eventLines) flush() {
	for _, out := range l.outs {
		if err := out.Flush(); err != nil {
			l.cancel(outputError(err))
		}
	}
}

// outputError returns the error of a write with the name of the output, and
// with its exit status: a reader that has gone has another than a full disk.
func outputError(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return report.FileError("write", "-", err)
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return report.FileError("write", outputName(e.Path), err)
	}
	if err == outlet.ErrClosed || err == outlet.ErrStuck {
		return report.FileError("write", "-", err)
	}
	return err
}

// outputName returns the name of an output as the user writes it.
func outputName(path string) string {
	if path == os.Stdout.Name() {
		return "-"
	}
	return path
}
