package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/demos"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/report"
)

const demoHelp = `Show a demo: a made-up source and made-up destinations, joined by the same
streams that copy, with the bar, a line before it on what to watch for, and lines
after it on what came of it. Without an operand, list the demos.

NAME is a demo of the list, all is every one. FILE is a scenario as simulate takes
it, or - for standard input; a file named like a demo is written ./NAME. Several are
shown one after the other. No bytes exist: their sizes do.

Each scenario states what it expects in "expect", in conditions over its summary
as for --expect of a copy. All times in it are those of the scenario, so a live run
has the counts and times of a virtual one, however busy the computer is. A demo may
fail on purpose: one with a condition on its result is as expected if that holds.

Exit status: 0 as expected, 1 failed, 2 usage, 3 an expectation does not hold,
130 interrupted.`

const demoExample = `  bpcopy demo                              list the demos
  bpcopy demo slow-consumer                show one
  bpcopy demo backpressure-ignored backpressure-heeded
  bpcopy demo --virtual all                check every one, without waiting
  bpcopy demo --export slow-consumer >my.json
  bpcopy demo my.json                      show your own
  bpcopy simulate my.json                  print its events`

// demoOptions are the flags of demo.
type demoOptions struct {
	virtual  bool
	export   string
	progress choice
	interval positiveDuration
	quiet    bool
	json     string

	// changed reports whether a flag was given.
	changed func(name string) bool
}

func newDemoCmd(a *app) *cobra.Command {
	var opts demoOptions
	cmd := &cobra.Command{
		Use:     "demo [flags] [NAME|FILE|all]...",
		Short:   "Show backpressure at work, by built-in examples",
		Long:    demoHelp,
		Example: demoExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.changed = cmd.Flags().Changed
			return a.demo(cmd.Context(), opts, args)
		},
		ValidArgsFunction: completeDemo,
	}
	cmd.Flags().SortFlags = false
	opts.addFlags(cmd.Flags())
	completeFlags(cmd)
	return cmd
}

func (o *demoOptions) addFlags(f *pflag.FlagSet) {
	o.progress = choice{value: "auto", of: []string{"auto", "bar", "plain", "none"}}
	f.BoolVar(&o.virtual, "virtual", false, "run in virtual time, at once, without a display")
	f.StringVar(&o.export, "export", "", "print the scenario of the demo `NAME`, to edit and run")
	f.Var(&o.progress, "progress", "`WHAT` to show: auto, bar, plain or none; auto is a bar on a terminal, elsewhere a plain line every 5s")
	f.VarP(unset{&o.interval}, "interval", "i", "`DURATION` between frames or plain lines (default 100ms for the bar, 1s for lines asked for)")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "nothing but errors")
	f.StringVar(&o.json, "json", "", "write the summary objects to `FILE`, one a line; - is standard output")
}

// check finds flags that do not go together.
func (o demoOptions) check(operands []string) error {
	switch {
	case o.changed("export") && len(operands) > 0:
		return usagef("demo: --export %s and %q: want one of them", o.export, operands[0])
	case !o.changed("export") && len(operands) == 0 && (o.virtual || o.changed("json")):
		return usagef("demo: want NAME, FILE or all, have none")
	case o.changed("json") && o.json == "":
		return usagef(`demo: --json "": want a file, or - for standard output`)
	case o.quiet && o.changed("progress") && o.progress.value != "none":
		return usagef("demo: --quiet and --progress=%s: want one of them", o.progress.value)
	}
	return nil
}

// demo is what `bpcopy demo` does.
func (a *app) demo(ctx context.Context, opts demoOptions, operands []string) error {
	if err := opts.check(operands); err != nil {
		return err
	}
	switch {
	case opts.changed("export"):
		return a.exportDemo(opts.export)
	case len(operands) == 0:
		return a.listDemos(ctx)
	}
	shown, err := a.loadDemos(ctx, operands)
	if err != nil {
		return err
	}
	for _, operand := range operands {
		if opts.json != "" && a.reportPlace(opts.json).Overwrites(endpoint.PathPlace(operand)) {
			return usagef("demo: --json %q: want a file other than the operand %q", opts.json, operand)
		}
	}
	a.begin(nil)
	show := &demoShow{app: a, opts: opts}
	if opts.json != "" {
		if show.json, err = a.openReport(ctx, opts.json); err != nil {
			return err
		}
	}
	err = show.all(ctx, shown)
	if show.json != nil {
		err = alsoOf(err, reportError("close report", opts.json, show.json.Close()))
	}
	return err
}

// alsoOf is err, unless there is another.
func alsoOf(err, other error) error {
	if other == nil {
		return err // as it is: see result
	}
	return errors.Join(err, other)
}

// exportDemo prints the scenario of a demo.
func (a *app) exportDemo(name string) error {
	doc, ok := demos.Lookup(name)
	if !ok {
		return usagef("demo: --export %q: no such demo: want %s", name, orList(demos.Names()))
	}
	_, err := a.output.Write(doc)
	return outputError(err)
}

// listDemos prints each demo with the time it takes and what to watch for.
func (a *app) listDemos(ctx context.Context) error {
	for _, name := range demos.Names() {
		d, err := loadDemo(name)
		if err != nil {
			return err
		}
		run := d.scenario.NewRun(nil)
		if err := run.Virtual(ctx); err != nil {
			return err
		}
		takes := run.Stats().Elapsed.Round(time.Second / 10).Seconds()
		head := fmt.Sprintf("%-20s %4.1fs  ", name, takes)
		if _, err := fmt.Fprintln(a.output, head+a.fold(a.Stdout, d.watch(), len(head))); err != nil {
			return outputError(err)
		}
	}
	return nil
}

// demoShow shows demos one after the other.
type demoShow struct {
	*app
	opts demoOptions
	json io.WriteCloser // nil where none was asked for
}

// all shows each demo, also after one that is not as expected. It stops only when
// somebody wants it to.
func (s *demoShow) all(ctx context.Context, shown []*demo) error {
	var unexpected expectationError
	var failed error
	for _, d := range shown {
		err := s.one(ctx, d)
		if e, ok := err.(*expectationError); ok {
			unexpected.failed = append(unexpected.failed, e.failed...)
			continue
		}
		failed = errors.Join(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	switch {
	case unexpected.failed == nil:
		return failed
	case failed == nil:
		return &unexpected
	}
	return errors.Join(failed, &unexpected)
}

// writeJSON writes the summary of one run.
func (s *demoShow) writeJSON(summary *report.Summary) error {
	if s.json == nil {
		return nil
	}
	line, err := summary.JSON()
	if err == nil {
		_, err = s.json.Write(line)
	}
	return reportError("write report", s.opts.json, err)
}
