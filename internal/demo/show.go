package demo

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"bpcopy/internal/clock"
	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// Show says how demos are shown.
type Show struct {
	// Virtual runs the demos in virtual time, without a display.
	Virtual bool
	// Say prints a line. The text is not inert: it may hold what a scenario
	// says.
	Say func(text string)
	// Write gets the summary of each run.
	Write func(*report.Summary) error
	// Display says how the display of a live run looks. The run that it shows
	// is filled in.
	Display progress.Options
	// Begin is called before each live run, and the function that it returns
	// after the run.
	Begin func(*clock.Clock, *progress.Display) (end func())
	// Ended is called with each run when it has ended, in the order in which they are
	// shown. It may be nil.
	Ended func(document.Run)
	// Page shows the live runs, one after the other. It may be nil.
	Page Page
}

// Page is a page that shows what runs have come to.
type Page interface {
	// Show says what the page shows from now on. It may call runs at any time,
	// from any goroutine.
	Show(runs func() []document.Run)
}

// All shows each demo, also after one that has failed. It stops early only when
// ctx ends. The error is a [report.Failures], or nil if all are as expected.
func (s *Show) All(ctx context.Context, shown []*Demo) error {
	var failures report.Failures
	var unmet []string
	for _, d := range shown {
		unmetHere, failed := s.show(ctx, d)
		failures.Add(failed)
		unmet = append(unmet, unmetHere...)
		if ctx.Err() != nil {
			break
		}
	}
	failures.AddUnmet(unmet)
	return failures.Err()
}

// show shows a demo or a pair. It returns the conditions that do not hold, in
// words, and other failures.
func (s *Show) show(ctx context.Context, d *Demo) (unmet []string, failed error) {
	if d.against != nil {
		return s.showPair(ctx, d)
	}
	_, unmet, failed = s.showOne(ctx, d)
	return unmet, failed
}

// showOne shows one demo: what to watch for, the run, and what came of it. It
// returns what show returns, and the counts of the run.
func (s *Show) showOne(ctx context.Context, d *Demo) (stats ledger.Snapshot, unmet []string, failed error) {
	s.Say(strings.TrimSuffix(d.name+": "+d.watch(), ": "))
	run := d.scenario.NewRun(nil)
	var err error
	if s.Virtual {
		err = run.Virtual(ctx)
	} else {
		err = s.live(ctx, d, run)
	}
	unmet, failed = s.outcome(d, run, err)
	return run.Stats(), unmet, failed
}

// outcome prints what came of a run, which has ended with err.
func (s *Show) outcome(d *Demo, run *scenario.Run, err error) (unmet []string, failed error) {
	if err == nil {
		return s.judge(d, run, failureOf(run))
	}
	status := report.StatusOf(err)
	if _, ok := err.(*scenario.Error); ok {
		status = report.Usage
	}
	failures := report.Of(d.failure(status, err))
	summary := d.summarize(run, failures)
	s.showEnd(runOf(run, summary))
	s.sayAll(summary.Text())
	failures.Add(s.Write(&summary))
	return nil, failures
}

// sayAll prints lines.
func (s *Show) sayAll(lines []string) {
	for _, line := range lines {
		s.Say(line)
	}
}

// failure returns err with the name of the demo and a status.
func (d *Demo) failure(status report.Status, err error) error {
	return &report.Failure{Status: status, Err: fmt.Errorf("%s: %w", d.name, err)}
}

// judge prints the result of a run that came to its end, and checks its
// conditions. The failure is that of the run.
func (s *Show) judge(d *Demo, run *scenario.Run, failure error) (unmet []string, failed error) {
	summary := d.summarize(run, report.Of(failure))
	unmet = summary.Judge(d.conditions)
	end := runOf(run, summary)
	end.AsExpected = failure != nil && d.judgesResult() && unmet == nil
	s.showEnd(end)
	if failure != nil {
		s.Say(d.name + ": " + failure.Error())
	}
	s.sayAll(summary.Text())
	s.Say(d.buffers(run.Summary()))
	s.Say(d.lesson())
	var held []string
	for _, e := range summary.Expectations {
		if e.Holds {
			held = append(held, e.Condition)
		}
	}
	if held != nil {
		s.Say("as expected: " + strings.Join(held, ", "))
	}
	for i := range unmet {
		unmet[i] = d.name + ": " + unmet[i]
	}
	var failures report.Failures
	if failure != nil && !d.judgesResult() {
		failures.Add(d.failure(report.Failed, failure))
	}
	failures.Add(s.Write(&summary))
	return unmet, failures.Err()
}

// live runs a demo by the clock, with a display.
func (s *Show) live(ctx context.Context, d *Demo, run *scenario.Run) error {
	opts := s.Display
	opts.Poll = func() progress.Sample { return d.sample(run.Stats()) }
	if opts.Mode == progress.ModePlain { // the bar comes right after a line with the name
		opts.Name = d.name
	}
	s.showOnPage(func() []document.Run { return []document.Run{d.soFar(run)} })
	return s.shown(ctx, opts, run)[0]
}

// shown runs all runs at once, by one clock and with one display. It returns how
// each has ended.
func (s *Show) shown(ctx context.Context, opts progress.Options, runs ...*scenario.Run) []error {
	clock := clock.New()
	opts.Now, opts.Start, opts.BufferFirst = clock.Now, clock.Now(), true
	display := progress.New(opts)
	defer s.Begin(clock, display)()
	defer clock.Tick()()
	for _, run := range runs {
		run.By(clock.Now)
	}
	display.Start()
	errs := make([]error, len(runs))
	var all sync.WaitGroup
	for i, run := range runs {
		all.Go(func() { errs[i] = run.Live(ctx) })
	}
	all.Wait()
	display.Stop(outcomeOf(ctx, runs, errs))
	return errs
}

// outcomeOf returns how a display says that runs have ended.
func outcomeOf(ctx context.Context, runs []*scenario.Run, errs []error) progress.Outcome {
	outcome := progress.Finished
	for i, err := range errs {
		switch {
		case err != nil && ctx.Err() != nil:
			return progress.Interrupted
		case err != nil || failureOf(runs[i]) != nil:
			outcome = progress.Failed
		}
	}
	return outcome
}

// showEnd shows how a run has ended, on the page and in reports.
func (s *Show) showEnd(end document.Run) {
	if s.Ended != nil {
		s.Ended(end)
	}
	s.showOnPage(func() []document.Run { return []document.Run{end} })
}

// showOnPage says what the page shows from now on, if there is one.
func (s *Show) showOnPage(runs func() []document.Run) {
	if s.Page != nil {
		s.Page.Show(runs)
	}
}
