package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/inert"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// one shows one demo: what to watch for, the run, and what came of it. The error is
// an expectationError alone where the run is not what was expected.
func (s *demoShow) one(ctx context.Context, d *demo) error {
	s.say(strings.TrimSuffix(d.name+": "+d.watch(), ": "))
	run := d.scenario.NewRun(nil)
	var err error
	if s.opts.virtual {
		err = run.Virtual(ctx)
	} else {
		err = s.live(ctx, d, run)
	}
	stats := run.Stats()
	if err != nil {
		err = fmt.Errorf("%s: %w", d.name, because(ctx, err))
		summary := d.summarize(stats, err)
		s.say(summary.Text())
		return errors.Join(err, s.writeJSON(&summary))
	}
	return s.outcome(d, stats)
}

// outcome tells what a run that came to its end has come to, and judges it.
func (s *demoShow) outcome(d *demo, stats scenario.Stats) error {
	failure := failureOf(stats)
	summary := d.summarize(stats, failure)
	unexpected := unmet(summary.Judge(d.expectations))
	text := summary.Text()
	if failure != nil {
		text = failure.Error() + "; " + text
	}
	s.say(text)
	s.say(d.lesson())
	var held []string
	for _, e := range summary.Expectations {
		if e.Holds {
			held = append(held, e.Condition)
		}
	}
	if held != nil {
		s.say("as expected: " + strings.Join(held, ", "))
	}
	if e, ok := unexpected.(*expectationError); ok {
		for i := range e.failed {
			e.failed[i] = d.name + ": " + e.failed[i]
		}
	}
	err := s.writeJSON(&summary)
	if failure != nil && !d.judgesResult() {
		err = errors.Join(fmt.Errorf("%s: %w", d.name, failure), err)
	}
	if err == nil {
		return unexpected // as it is: see result
	}
	return errors.Join(err, unexpected)
}

// say prints a line, if there is something to say.
func (s *demoShow) say(text string) {
	if text != "" && !s.opts.quiet {
		const prefix = "bpcopy: "
		fmt.Fprintln(s.messages, prefix+s.fold(s.Stderr, inert.Line(text), len(prefix)))
	}
}

// live runs by the clock, with the display around it.
func (s *demoShow) live(ctx context.Context, d *demo, run *scenario.Run) error {
	opts := s.screen()
	clock := clock.New()
	s.interruption.run(clock)
	defer clock.Tick()()
	run.By(clock.Now)
	opts.Now, opts.Start, opts.BufferFirst = clock.Now, clock.Now(), true
	opts.Poll = func() progress.Sample { return d.sample(run.Stats()) }
	what := s.opts.progress.value
	if s.opts.quiet {
		what = "none"
	}
	opts.Mode, opts.Interval = s.autoMode(what, false)
	if opts.Mode == progress.ModePlain { // above the bar stands the name already
		opts.Name = d.name
	}
	if s.opts.interval > 0 {
		opts.Interval = time.Duration(s.opts.interval)
	}
	display := progress.New(opts)
	defer s.statusOnSignal(display)()
	display.Start()
	err := run.Live(ctx)
	shown := err
	if err == nil {
		shown = failureOf(run.Stats())
	}
	display.Stop(ending(shown))
	return err
}

// sample is the run as it stands, for the display.
func (d *demo) sample(stats scenario.Stats) progress.Sample {
	s := progress.Sample{
		Bytes:         stats.Written,
		Size:          d.scenario.Size(),
		Pauses:        stats.Pauses,
		Drains:        stats.Drains(),
		Resumes:       stats.Resumes,
		Buffered:      stats.Length(),
		HighWaterMark: d.scenario.HighWaterMark(),
		LastMoved:     stats.LastMoved,
	}
	switch stats.WaitingFor {
	case scenario.SourceSide:
		s.Stuck = progress.SideSource
	case scenario.DestinationSide:
		s.Stuck = progress.SideDestination
	}
	return s
}

// failureOf says how a run failed that came to its end, or nil.
func failureOf(stats scenario.Stats) error {
	switch f := stats.Failure; {
	case f.Code != "" && f.Dst >= 0:
		return fmt.Errorf("destination %d failed: %s", f.Dst+1, f.Code)
	case f.Code != "":
		return fmt.Errorf("stream failed: %s", f.Code)
	case !stats.Over:
		return errors.New("stuck: nothing is left to happen, and the streams are not over")
	}
	return nil
}

// summarize tells what the run has come to, as a copy does.
func (d *demo) summarize(stats scenario.Stats, err error) report.Summary {
	s := report.Summary{
		Schema:              report.Schema,
		Source:              report.Source{Name: d.name, Size: new(d.scenario.Size())},
		Bytes:               stats.Written,
		ElapsedSeconds:      stats.Elapsed.Seconds(),
		HighWaterMark:       d.scenario.HighWaterMark(),
		LowWaterMark:        d.scenario.LowWaterMark(),
		ReadAhead:           d.scenario.ReadAhead(),
		ChunkSize:           d.scenario.ChunkSize(),
		Pauses:              stats.Pauses,
		Resumes:             stats.Resumes,
		UserPauses:          stats.UserPauses,
		PausedSeconds:       stats.Paused.Seconds(),
		LongestPauseSeconds: stats.LongestPause.Seconds(),
	}
	for i, dst := range stats.Destinations {
		s.Destinations = append(s.Destinations, report.Destination{
			Name:        fmt.Sprintf("destination %d", i+1),
			Bytes:       dst.Bytes,
			Writes:      dst.Writes,
			WritesFalse: dst.WritesFalse,
			Drains:      dst.Drains,
			PeakLength:  dst.PeakLength,
		})
	}
	s.AddUp()
	s.End(result(err), messages(err))
	return s
}
