package report

import (
	"cmp"
	"slices"
	"time"

	"bpcopy/internal/ledger"
)

// Waited is who was waited for, and for how long. Every moment of a copy belongs to
// one of them.
type Waited struct {
	SourceSeconds      float64 `json:"source_seconds" unit:"s"`
	DestinationSeconds float64 `json:"destination_seconds" unit:"s"`
	LimitSeconds       float64 `json:"limit_seconds" unit:"s"` // a rate or a script
	UserSeconds        float64 `json:"user_seconds" unit:"s"`  // who paused the source
	ProgramSeconds     float64 `json:"program_seconds" unit:"s"`
	StageSeconds       float64 `json:"stage_seconds,omitempty" unit:"s"` // the commands of --through
}

// The words for a bottleneck that is neither a side nor bpcopy itself.
const (
	byStage      = "stage"
	noBottleneck = "none"     // the copy was too short to say
	balanced     = "balanced" // two held it up alike
)

const (
	shortestJudged = 50 * time.Millisecond
	alike          = 0.10 // of the copy's time
)

// wait fills in who was waited for in a copy of so long.
func (s *Summary) wait(w ledger.Waits, elapsed time.Duration) {
	s.Waited = waited(w, elapsed)
	s.Bottleneck, s.BottleneckShare = s.Waited.bottleneck(elapsed)
}

// waited returns who was waited for in a copy of so long. What the ledger was not told
// of is the time of the commit, in which the destinations were waited for.
func waited(w ledger.Waits, elapsed time.Duration) Waited {
	commit := elapsed
	for _, h := range []ledger.Holder{ledger.BySource, ledger.ByDestination, ledger.ByLimit, ledger.ByUser, ledger.ByProgram, ledger.ByStage} {
		commit -= w.Of(h)
	}
	return Waited{
		SourceSeconds:      w.Of(ledger.BySource).Seconds(),
		DestinationSeconds: (w.Of(ledger.ByDestination) + max(0, commit)).Seconds(),
		LimitSeconds:       w.Of(ledger.ByLimit).Seconds(),
		UserSeconds:        w.Of(ledger.ByUser).Seconds(),
		ProgramSeconds:     w.Of(ledger.ByProgram).Seconds(),
		StageSeconds:       w.Of(ledger.ByStage).Seconds(),
	}
}

// holder is one of those who were waited for.
type holder struct {
	name    string // as in Summary.Bottleneck
	seconds float64
}

// holders returns all of them, the one who was waited for longest first.
func (w Waited) holders() []holder {
	all := []holder{
		{"source", w.SourceSeconds}, {"destination", w.DestinationSeconds}, {"limit", w.LimitSeconds},
		{"user", w.UserSeconds}, {"program", w.ProgramSeconds}, {byStage, w.StageSeconds},
	}
	slices.SortStableFunc(all, func(a, b holder) int { return cmp.Compare(b.seconds, a.seconds) })
	return all
}

// bottleneck returns who was waited for longest, and for which share of the time.
func (w Waited) bottleneck(elapsed time.Duration) (who string, share float64) {
	if elapsed < shortestJudged {
		return noBottleneck, 0
	}
	all := w.holders()
	who, share = all[0].name, all[0].seconds/elapsed.Seconds()
	if share-all[1].seconds/elapsed.Seconds() < alike {
		who = balanced
	}
	return who, share
}
