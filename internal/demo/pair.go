package demo

import (
	"context"
	"fmt"
	"time"

	"bpcopy/internal/ledger"
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
// them.
func (s *Show) showPair(ctx context.Context, d *Demo) (unmet []string, failed error) {
	var failures report.Failures
	var stats [2]ledger.Snapshot
	for i, one := range []*Demo{d.against, d} {
		var unmetHere []string
		stats[i], unmetHere, failed = s.showOne(ctx, one)
		unmet = append(unmet, unmetHere...)
		failures.Add(failed)
		if ctx.Err() != nil {
			return unmet, failures.Err()
		}
	}
	s.Say(Backpressure + ": " + comparison(stats[0], stats[1]))
	return unmet, failures.Err()
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
