package report

import (
	"testing"
	"time"

	"bpcopy/internal/ledger"
)

// The bottleneck is who was waited for longest, if that can be said.
func TestBottleneck(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		source, destination, limit, user, program, elapsed time.Duration
		who                                                string
		share                                              float64
	}{
		{0, 93 * ms, 0, 0, 7 * ms, 100 * ms, "destination", 0.93},
		{60 * ms, 0, 40 * ms, 0, 0, 100 * ms, "source", 0.6},
		{10 * ms, 20 * ms, 70 * ms, 0, 0, 100 * ms, "limit", 0.7},
		{0, 0, 0, 80 * ms, 20 * ms, 100 * ms, "user", 0.8},
		{0, 10 * ms, 0, 0, 90 * ms, 100 * ms, "program", 0.9},
		{50 * ms, 45 * ms, 0, 0, 5 * ms, 100 * ms, "balanced", 0.5},
		{40 * ms, 0, 0, 0, 9 * ms, 49 * ms, "none", 0},
		{10 * ms, 10 * ms, 0, 0, 0, 100 * ms, "destination", 0.9}, // and the commit, 80 ms
	} {
		var w ledger.Waits
		var at time.Duration
		for _, span := range []struct {
			h ledger.Holder
			d time.Duration
		}{{ledger.BySource, tt.source}, {ledger.ByDestination, tt.destination}, {ledger.ByLimit, tt.limit}, {ledger.ByUser, tt.user}, {ledger.ByProgram, tt.program}} {
			at += span.d
			w.Until(at, span.h)
		}
		var s Summary
		s.Count(ledger.Snapshot{Elapsed: tt.elapsed, Waits: w}, nil)
		if s.Bottleneck != tt.who || s.BottleneckShare < tt.share-0.001 || s.BottleneckShare > tt.share+0.001 {
			t.Errorf("%+v: %s, %v; want %s, %v", tt, s.Bottleneck, s.BottleneckShare, tt.who, tt.share)
		}
		sum := s.Waited.SourceSeconds + s.Waited.DestinationSeconds + s.Waited.LimitSeconds + s.Waited.UserSeconds + s.Waited.ProgramSeconds
		if diff := sum - tt.elapsed.Seconds(); diff > 0.0001 || diff < -0.0001 {
			t.Errorf("%+v: the times add up to %v", tt, sum)
		}
	}
}
