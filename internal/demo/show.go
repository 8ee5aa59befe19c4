package demo

import (
	"context"
	"fmt"
	"strings"

	"bpcopy/internal/clock"
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// Show is how demos are shown.
type Show struct {
	// Virtual runs them at once, without a display.
	Virtual bool
	// Say tells a line, which may have come from outside.
	Say func(text string)
	// Write takes the summary of each run.
	Write func(*report.Summary) error
	// Display is how the display looks. Which run it shows is filled in.
	Display progress.Options
	// Begin is called before a run by the clock, and what it returns is after it.
	Begin func(*clock.Clock, *progress.Display) (end func())
}

// All shows each demo, also after one that is not as expected. It stops only when
// ctx ends.
func (s *Show) All(ctx context.Context, shown []*Demo) error {
	var failures report.Failures
	var unmet []string
	for _, d := range shown {
		unmetHere, failed := s.one(ctx, d)
		failures.Add(failed)
		unmet = append(unmet, unmetHere...)
		if ctx.Err() != nil {
			break
		}
	}
	failures.AddUnmet(unmet)
	return failures.Err()
}

// one shows one demo: what to watch for, the run, and what came of it.
func (s *Show) one(ctx context.Context, d *Demo) (unmet []string, failed error) {
	s.Say(strings.TrimSuffix(d.name+": "+d.Watch(), ": "))
	run := d.scenario.NewRun(nil)
	var err error
	if s.Virtual {
		err = run.Virtual(ctx)
	} else {
		err = s.live(ctx, d, run)
	}
	if err == nil {
		return s.outcome(d, run.Stats(), failureOf(run))
	}
	status := report.StatusOf(err)
	if _, ok := err.(*scenario.Error); ok {
		status = report.Usage
	}
	failures := report.Of(d.failure(status, err))
	summary := d.summarize(run.Stats(), failures)
	s.Say(summary.Text())
	failures.Add(s.Write(&summary))
	return nil, failures
}

// failure names the demo that has failed.
func (d *Demo) failure(status report.Status, err error) error {
	return &report.Failure{Status: status, Err: fmt.Errorf("%s: %w", d.name, err)}
}

// outcome tells what a run that came to its end has come to, and judges it.
func (s *Show) outcome(d *Demo, stats ledger.Snapshot, failure error) (unmet []string, failed error) {
	summary := d.summarize(stats, report.Of(failure))
	unmet = summary.Judge(d.expectations)
	text := summary.Text()
	if failure != nil {
		text = failure.Error() + "; " + text
	}
	s.Say(text)
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

// live runs by the clock, with the display around it.
func (s *Show) live(ctx context.Context, d *Demo, run *scenario.Run) error {
	clock := clock.New()
	opts := s.Display
	opts.Now, opts.Start, opts.BufferFirst = clock.Now, clock.Now(), true
	opts.Poll = func() progress.Sample { return d.sample(run.Stats()) }
	if opts.Mode == progress.ModePlain { // above the bar stands the name already
		opts.Name = d.name
	}
	display := progress.New(opts)
	defer s.Begin(clock, display)()
	defer clock.Tick()()
	run.By(clock.Now)
	display.Start()
	err := run.Live(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		display.Stop(progress.Interrupted)
	case err != nil || failureOf(run) != nil:
		display.Stop(progress.Failed)
	default:
		display.Stop(progress.Finished)
	}
	return err
}
