package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/clock"
	"bpcopy/internal/demo"
	"bpcopy/internal/nearest"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/stream"
)

const demoHelp = `Show a demo: a made-up source and made-up destinations, joined by the same
streams that copy, with the bar, a line before it on what to watch for, and lines
after it on what came of it. Without an operand, list the demos, lessons first.

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
  bpcopy demo --picture slow-consumer      in ten lines, with arrows and buffers
  bpcopy demo backpressure                 one copy, heeding false and not
  bpcopy demo --virtual --report both.html backpressure
  bpcopy demo --virtual all                check every one, without waiting
  bpcopy demo --export slow-consumer >my.json
  bpcopy demo my.json                      show your own
  bpcopy simulate my.json                  print its events`

// demoOptions are the flags of demo.
type demoOptions struct {
	virtual bool
	export  string
	picture bool
	displayFlags
	json    string
	reports []string
	node    choice // empty for the scenario's own
	serve   string // address of the live page; empty is none

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
	completeFlags(cmd, completeCondition)
	return cmd
}

func (o *demoOptions) addFlags(f *pflag.FlagSet) {
	o.progress = choice{value: "auto", of: progressChoices()}
	f.BoolVar(&o.virtual, "virtual", false, "run in virtual time, at once, without a display")
	f.StringVar(&o.export, "export", "", "print the scenario of the demo `NAME`, to edit and run")
	f.Var(&o.progress, "progress", progressUsage)
	f.BoolVar(&o.picture, "picture", false, "show a picture in ten lines: --progress picture")
	o.addIntervalFlag(f)
	f.BoolVarP(&o.quiet, "quiet", "q", false, "nothing but errors")
	o.node = nodeChoice("")
	f.Var(&o.node, "node", nodeUsage+" (default the scenario's, else "+stream.DefaultLine+")")
	addServeFlag(f, &o.serve)
	f.StringVar(&o.json, "json", "", "write the summary objects to `FILE`, one a line; - is standard output")
	addReportFlag(f, &o.reports)
}

// check returns a usage error for flags that do not go together.
func (o demoOptions) check(operands []string) error {
	switch {
	case o.changed("export") && len(operands) > 0:
		return usagef("demo: --export %s and %q: want one of them", o.export, operands[0])
	case !o.changed("export") && len(operands) == 0 && (o.virtual || o.changed("json") || o.changed("report")):
		return usagef("demo: want NAME, FILE or all, have none")
	case o.changed("json") && o.json == "":
		return usagef(`demo: --json "": want a file, or - for standard output`)
	case o.picture && o.changed("progress") && o.progress.value != "picture":
		return usagef("demo: --picture and --progress=%s: want one of them", o.progress.value)
	case o.picture && o.quiet:
		return usagef("demo: --picture and --quiet: want one of them")
	case o.virtual && o.changed("serve"):
		return usagef("demo: --virtual and --serve: want one of them")
	case o.quiet && o.changed("progress") && o.progress.value != "none":
		return usagef("demo: --quiet and --progress=%s: want one of them", o.progress.value)
	}
	return checkServe(o.serve, o.changed)
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
	if opts.node.value != "" {
		for _, d := range shown {
			d.Follow(opts.node.rules())
		}
	}
	if err := a.checkDemoReports(opts, operands, shown); err != nil {
		return err
	}
	a.run.Begin(nil)
	return a.showDemos(ctx, opts, shown)
}

// showDemos shows demos, and writes what is wanted of them.
func (a *app) showDemos(ctx context.Context, opts demoOptions, shown []*demo.Demo) error {
	show := a.demoShow(opts)
	reports, err := a.openDemoReports(ctx, opts)
	if err != nil {
		return err
	}
	show.Ended = reports.add
	page, err := a.serve(ctx, opts.serve, func(line string) { fmt.Fprintln(a.messages, line) })
	if err != nil {
		return err
	}
	show.Page = page
	defer func() { page.End(ctx, patience(ctx)) }()
	closeJSON := func() error { return nil }
	if opts.json != "" {
		file, err := a.openReport(ctx, opts.json)
		if err != nil {
			return err
		}
		show.Write = func(summary *report.Summary) error {
			return report.FileError("write report", opts.json, summary.WriteJSON(file))
		}
		closeJSON = func() error { return report.FileError("close report", opts.json, file.Close()) }
	}
	failures := report.Of(show.All(ctx, shown))
	failures.Add(reports.write())
	failures.Add(closeJSON())
	return failures.Err()
}

// demoShow returns how to show the demos, by the flags.
func (a *app) demoShow(opts demoOptions) *demo.Show {
	show := &demo.Show{
		Virtual: opts.virtual,
		Say: func(text string) {
			if text != "" && !opts.quiet {
				a.say(text)
			}
		},
		Write:   func(*report.Summary) error { return nil },
		Display: a.screen(),
		Begin: func(clock *clock.Clock, display *progress.Display) (end func()) {
			a.run.Begin(display.ClearTaskbar)
			a.run.GoBy(clock)
			return a.statusOnSignal(display, display.StatusLine)
		},
	}
	if opts.picture {
		opts.progress.value = "picture"
	}
	show.Display.Mode, show.Display.Interval = opts.mode(a, false)
	return show
}

// exportDemo prints the scenario of a demo.
func (a *app) exportDemo(name string) error {
	doc, ok := demo.Lookup(name)
	if !ok {
		return &usageError{
			text: fmt.Sprintf("demo: --export %q: no such demo: want %s", name, orList(demo.Scenarios())),
			hint: nearest.Hint(name, "", demo.Scenarios()),
		}
	}
	_, err := a.output.Write(doc)
	return outputError(err)
}

// listDemos prints each demo with the time it takes and what to watch for.
func (a *app) listDemos(ctx context.Context) error {
	for _, name := range demo.Names() {
		d, _, err := demo.Load(name)
		if err != nil {
			return err
		}
		takes, err := d.Takes(ctx)
		if err != nil {
			return err
		}
		head := fmt.Sprintf("%-20s %4.1fs  ", name, takes.Round(time.Second/10).Seconds())
		if _, err := fmt.Fprintln(a.output, head+a.fold(a.Stdout, d.Watch(), len(head))); err != nil {
			return outputError(err)
		}
	}
	return nil
}

// everyDemo is the operand that stands for all of them.
const everyDemo = "all"

// loadDemos reads the demos and files that the operands name, so that every
// mistake in them is found before anything runs.
func (a *app) loadDemos(ctx context.Context, operands []string) ([]*demo.Demo, error) {
	var all []*demo.Demo
	for _, operand := range operands {
		names := []string{operand}
		if operand == everyDemo {
			names = demo.Names()
		}
		for _, name := range names {
			d, err := a.findDemo(ctx, name)
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
	}
	return all, nil
}

// findDemo reads the built-in demo of that name or, if there is none, a file.
func (a *app) findDemo(ctx context.Context, operand string) (*demo.Demo, error) {
	if d, ok, err := demo.Load(operand); ok {
		return d, err
	}
	doc, err := a.readScenario(ctx, operand)
	if errors.Is(err, fs.ErrNotExist) {
		names := append(demo.Names(), everyDemo)
		return nil, &usageError{
			text: fmt.Sprintf("demo: %q is no demo and no file: want %s", operand, orList(names)),
			hint: nearest.Hint(operand, "", names),
		}
	}
	if err != nil {
		return nil, err
	}
	name := operand
	if name == "-" {
		name = "stdin"
	}
	return demo.Parse(doc, name)
}

// orList joins words: "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
