package demo

import (
	"context"
	"fmt"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// Backpressure is the name of the demo that makes one copy twice. The first
// heeds false, the second does not.
const Backpressure = "backpressure"

// loadPair reads the two demos of [Backpressure].
func loadPair() (*Demo, error) {
	heeded, err := loadScenario("backpressure-heeded")
	if err != nil {
		return nil, err
	}
	ignored, err := loadScenario("backpressure-ignored")
	if err != nil {
		return nil, err
	}
	ignored.against = heeded
	return ignored, nil
}

// showPair shows a demo and the one that it is compared with, and then compares
// them. A picture has both at once.
func (s *Show) showPair(ctx context.Context, d *Demo) (unmet []string, failed error) {
	if s.Display.Mode == progress.ModePicture && !s.Virtual {
		return s.showTogether(ctx, d)
	}
	heeded, unmet, failed := s.showOne(ctx, d.against)
	if ctx.Err() != nil {
		return unmet, failed
	}
	ignored, unmetHere, failedHere := s.showOne(ctx, d)
	s.compare(ctx, heeded, ignored)
	failures := report.Of(failed)
	failures.Add(failedHere)
	return append(unmet, unmetHere...), failures.Err()
}

// showTogether is showPair in a picture.
func (s *Show) showTogether(ctx context.Context, d *Demo) (unmet []string, failed error) {
	s.Say(Backpressure + ": " + d.Watch())
	heeded, ignored := d.against.scenario.NewRun(nil), d.scenario.NewRun(nil)
	opts := s.Display
	opts.Name = Backpressure
	opts.Poll = func() progress.Sample { return d.against.sample(heeded.Stats()) }
	opts.Beside = &progress.Beside{
		Poll:  func() progress.Sample { return d.sample(ignored.Stats()) },
		Names: [2]string{"heeded", "ignored"},
	}
	both := func() []document.Run { return []document.Run{d.against.soFar(heeded), d.soFar(ignored)} }
	s.showOnPage(both)
	errs := s.shown(ctx, opts, heeded, ignored)
	unmet, failed = s.outcome(d.against, heeded, errs[0])
	unmetHere, failedHere := s.outcome(d, ignored, errs[1])
	s.compare(ctx, heeded.Stats(), ignored.Stats())
	failures := report.Of(failed)
	if ctx.Err() == nil { // or it is told already
		failures.Add(failedHere)
	}
	return append(unmet, unmetHere...), failures.Err()
}

// compare prints the comparison, unless the runs were interrupted.
func (s *Show) compare(ctx context.Context, heeded, ignored ledger.Snapshot) {
	if ctx.Err() == nil {
		s.Say(Backpressure + ": " + comparison(heeded, ignored))
	}
}

// comparison says what heeding false is good for.
func comparison(heeded, ignored ledger.Snapshot) string {
	text := fmt.Sprintf("at most %s waited in memory where false was heeded, and %s where it was ignored",
		units.Size(heeded.PeakLength).Human(), units.Size(ignored.PeakLength).Human())
	if heeded.PeakLength > 0 {
		text += fmt.Sprintf(", %d times as much", ignored.PeakLength/heeded.PeakLength)
	}
	first, second := heeded.Elapsed.Round(10*time.Millisecond), ignored.Elapsed.Round(10*time.Millisecond)
	if first == second {
		return text + fmt.Sprintf("; both took %v", first)
	}
	return text + fmt.Sprintf("; they took %v and %v", first, second)
}
