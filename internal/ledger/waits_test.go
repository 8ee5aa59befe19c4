package ledger

import (
	"testing"
	"time"
)

// Every moment has one owner, so the times add up.
func TestWaits(t *testing.T) {
	var w Waits
	for _, step := range []struct {
		until time.Duration
		h     Holder
	}{{10, BySource}, {15, ByDestination}, {12, ByUser}, {15, ByUser}, {40, ByLimit}, {41, BySource}, {50, ByUser}, {52, ByProgram}} {
		w.Until(step.until*time.Millisecond, step.h)
	}
	var sum time.Duration
	for h, want := range map[Holder]time.Duration{BySource: 11, ByDestination: 5, ByLimit: 25, ByUser: 9, ByProgram: 2} {
		if got := w.Of(h); got != want*time.Millisecond {
			t.Errorf("holder %d held for %v; want %v ms", h, got, int64(want))
		}
		sum += w.Of(h)
	}
	if sum != 52*time.Millisecond {
		t.Errorf("all together held for %v; want 52ms", sum)
	}
}

// While both sides are waited for, the time is that of who is waited for alone next.
func TestWaitsForBoth(t *testing.T) {
	var w Waits
	w.Until(10, ByBoth)
	if got := w.Of(ByDestination); got != 10 {
		t.Errorf("before anybody was alone, the destination held for %d; want 10", got)
	}
	w.Until(12, ByProgram)
	w.Until(15, BySource)
	w.Until(20, ByBoth)
	if source, destination := w.Of(BySource), w.Of(ByDestination); source != 18 || destination != 0 {
		t.Errorf("the source held for %d, the destination for %d; want 18, 0", source, destination)
	}
	w.Until(21, ByDestination)
	if source, destination := w.Of(BySource), w.Of(ByDestination); source != 13 || destination != 6 {
		t.Errorf("the source held for %d, the destination for %d; want 13, 6", source, destination)
	}
	for _, tt := range [][3]Holder{
		{BySource, ByProgram, BySource}, {ByProgram, ByLimit, ByLimit}, {ByProgram, ByProgram, ByProgram}, {ByUser, ByDestination, ByBoth},
	} {
		if got := Between(tt[0], tt[1]); got != tt[2] {
			t.Errorf("Between(%d, %d) = %d; want %d", tt[0], tt[1], got, tt[2])
		}
	}
}

// A commit counts as the destination's, but does not make what was before theirs.
func TestCommit(t *testing.T) {
	var w Waits
	w.Until(10, BySource)
	w.Until(20, ByBoth)
	w.Commit(19)
	w.Commit(25)
	if source, destination := w.Of(BySource), w.Of(ByDestination); source != 20 || destination != 5 {
		t.Errorf("the source held for %d, the destination for %d; want 20, 5", source, destination)
	}
}

// Who held the copy up longest between two moments, and for what share of that time.
func TestLongest(t *testing.T) {
	var w Waits
	if h, share := w.Longest(Waits{}); share != 0 {
		t.Errorf("Longest() = %d, %v before any time has passed; want no share", h, share)
	}
	w.Until(80, ByLimit)
	before := w
	w.Until(90, BySource)
	w.Until(120, ByDestination)
	for _, tt := range []struct {
		since Waits
		h     Holder
		share float64
	}{{Waits{}, ByLimit, 80. / 120}, {before, ByDestination, 30. / 40}, {w, ByProgram, 0}} {
		if h, share := w.Longest(tt.since); h != tt.h || share != tt.share {
			t.Errorf("Longest(%v) = %d, %v; want %d, %v", tt.since, h, share, tt.h, tt.share)
		}
	}
	if got := w.Total(); got != 120 {
		t.Errorf("Total() = %v; want 120ns", got)
	}
}

// Of two full destinations neither holds the source alone.
func TestHeldAlone(t *testing.T) {
	b := book{New(2)}
	b.write(10, 0, 1, 1, true)
	b.write(30, 1, 1, 1, true)
	b.drain(60, 0)
	b.drain(100, 1)
	b.write(110, 1, 1, 1, true)
	s := b.Snapshot(120, 0)
	for i, want := range []Destination{{Full: 50, Alone: 20}, {Full: 80, Alone: 50}} {
		if got := s.Destinations[i]; got.Full != want.Full || got.Alone != want.Alone {
			t.Errorf("destination %d was full for %d, alone for %d; want %d, %d", i, got.Full, got.Alone, want.Full, want.Alone)
		}
	}
}
