package ledger

import (
	"testing"
	"time"
)

// The track has the times of Waits, bucket by bucket, and the width of the series.
func TestHolderTrack(t *testing.T) {
	track, l := NewHolderTrack(), kept(1)
	var w Waits
	for _, step := range []struct {
		until time.Duration
		h     Holder
	}{{3 * ms / 2, BySource}, {4 * ms, ByDestination}, {2 * ms, ByUser}, {4 * ms, ByUser}, {600 * ms, ByLimit}} {
		track.Until(step.until, step.h)
		w.Until(step.until, step.h)
	}
	s := l.Series(max(601*ms, track.At()))
	track.Join(&s)
	if s.Width != 2*ms || len(s.Holders) != len(s.Source) || s.Until != 601*ms {
		t.Fatalf("%d buckets of %v with holders, until %v; want %d of 2ms, 601ms", len(s.Holders), s.Width, s.Until, len(s.Source))
	}
	for i, want := range [][Holders]time.Duration{{BySource: 3 * ms / 2, ByDestination: ms / 2}, {ByDestination: 2 * ms}, {ByLimit: 2 * ms}} {
		if s.Holders[i] != want {
			t.Errorf("bucket %d is held for %v; want %v", i, s.Holders[i], want)
		}
	}
	for h := range Holder(Holders) {
		var sum time.Duration
		for _, bucket := range s.Holders {
			sum += bucket[h]
		}
		if sum != w.Of(h) {
			t.Errorf("holder %d held for %v; want %v", h, sum, w.Of(h))
		}
	}
}

// Nobody need keep a track.
func TestNoHolderTrack(t *testing.T) {
	var track *HolderTrack
	track.Until(ms, BySource)
	s := kept(1).Series(max(5*ms, track.At()))
	if track.Join(&s); s.Holders != nil {
		t.Errorf("Join() = %v; want nothing", s.Holders)
	}
}

// The track and Waits agree also on the time in which both sides are waited for, at
// every moment.
func TestHolderTrackOfBoth(t *testing.T) {
	track, l := NewHolderTrack(), kept(1)
	var w Waits
	for i := range 3000 {
		at := time.Duration(i*i) * time.Microsecond / 3
		h := []Holder{ByBoth, ByBoth, BySource, ByProgram, ByBoth, ByDestination, ByLimit, ByBoth, ByProgram}[i%9]
		track.Until(at, h)
		w.Until(at, h)
		if i%97 != 0 {
			continue
		}
		s := l.Series(at)
		track.Join(&s)
		for h := range Holder(Holders) {
			var sum time.Duration
			for _, bucket := range s.Holders {
				sum += bucket[h]
			}
			if sum != w.Of(h) {
				t.Fatalf("after %v, the track has %v of holder %d; want %v", at, sum, h, w.Of(h))
			}
		}
	}
}
