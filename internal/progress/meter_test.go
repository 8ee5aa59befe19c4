package progress

import (
	"math"
	"testing"
	"time"

	"bpcopy/internal/units"
)

// script drives a meter as a display does: one observation every frame.
type script struct {
	meter      Meter
	now, moved time.Time
	frame      time.Duration
	bytes      int64
}

func newScript(frame time.Duration) *script {
	start := time.Unix(1_000_000, 0)
	return &script{meter: NewMeter(start), now: start, moved: start, frame: frame}
}

// run lets d pass with a steady perSecond.
func (s *script) run(d time.Duration, perSecond int64) {
	for ; d > 0; d -= s.frame {
		s.now = s.now.Add(s.frame)
		if perSecond > 0 {
			s.bytes += perSecond * int64(s.frame) / int64(time.Second)
			s.moved = s.now
		}
		s.meter.Observe(s.now, s.moved, s.bytes)
	}
}

func TestMeter(t *testing.T) {
	const mib, frame = 1 << 20, 125 * time.Millisecond // an exact fraction
	type step struct {
		d         time.Duration
		perSecond int64
	}
	tests := []struct {
		name      string
		frame     time.Duration
		steps     []step
		remaining int64
		rate      units.Rate
		eta       time.Duration
	}{
		{"nothing yet", frame, nil, mib, 0, etaUnknown},
		{"first frame", frame, []step{{frame, 8 * mib}}, 80 * mib, 8 * mib, 10 * time.Second},
		{"steady", frame, []step{{time.Minute, 8 * mib}}, 80 * mib, 8 * mib, 10 * time.Second},
		{"nothing left", frame, []step{{time.Minute, 8 * mib}}, 0, 8 * mib, 0},
		{"more than all", frame, []step{{time.Minute, 8 * mib}}, -mib, 8 * mib, 0},
		{"slower: the rate follows at once, the estimate in time",
			frame, []step{{time.Minute, 12 * mib}, {3 * time.Second, 2 * mib}}, 100 * mib, 2 * mib, 10 * time.Second},
		{"one frame after a long stall: a second of it counts",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {frame, 16 * mib}},
			112 * mib, 11_184_811, 7500 * time.Millisecond},
		{"three seconds after a long stall",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {3 * time.Second, 16 * mib}},
			112 * mib, 16 * mib, 7500 * time.Millisecond},
		{"fifteen seconds after a long stall",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {15 * time.Second, 16 * mib}},
			112 * mib, 16 * mib, 7 * time.Second},
		{"a peer that came late",
			frame, []step{{time.Hour, 0}, {3 * time.Second, 16 * mib}}, 12 * mib, 16 * mib, time.Second},
		{"pauses shorter than a stall count in full",
			frame, []step{
				{500 * time.Millisecond, 8 * mib}, {500 * time.Millisecond, 0},
				{500 * time.Millisecond, 8 * mib}, {500 * time.Millisecond, 0},
				{500 * time.Millisecond, 8 * mib}, {500 * time.Millisecond, 0},
			}, 4 * mib, 4 * mib, time.Second},
		{"lines every 5 s: each tells of its own interval",
			5 * time.Second, []step{{5 * time.Second, mib}, {5 * time.Second, 4 * mib}}, 0, 4 * mib, 0},
		{"a millisecond a frame",
			time.Millisecond, []step{{20 * time.Second, 1000}}, 1000, 1000, time.Second},
		{"would take longer than a Duration holds",
			frame, []step{{15 * time.Second, 8}}, math.MaxInt64, 8, maxETA},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newScript(tt.frame)
			for _, step := range tt.steps {
				s.run(step.d, step.perSecond)
			}
			if got := s.meter.Rate(); got != tt.rate {
				t.Errorf("Rate() = %d; want %d", got, tt.rate)
			}
			if got := s.meter.ETA(tt.remaining); got != tt.eta {
				t.Errorf("ETA(%d) = %v; want %v", tt.remaining, got, tt.eta)
			}
			if got, most := len(s.meter.history), 2*int(etaWindow/meterResolution); got > most {
				t.Errorf("meter keeps %d points; want at most %d", got, most)
			}
		})
	}
}

// TestMeterOddClocks has samples that no copy should give: they must cost no
// more than a wrong number.
func TestMeterOddClocks(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	tests := []struct {
		name       string
		now, moved time.Time
		bytes      int64
		rate       units.Rate
	}{
		{"no time has passed", start, start, 5, 0},
		{"time goes back", start.Add(-time.Hour), start, 5, 0},
		{"moved in the future", start.Add(time.Second), start.Add(time.Hour), 5, 5},
		{"never moved", start.Add(time.Second), time.Time{}, 5, 0},
		{"bytes taken back", start.Add(time.Second), start, -5, 0},
		{"all there is in a nanosecond", start.Add(1), start, math.MaxInt64, math.MaxInt64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := NewMeter(start)
			m.Observe(tt.now, tt.moved, tt.bytes)
			if got := m.Rate(); got != tt.rate {
				t.Errorf("Rate() = %d; want %d", got, tt.rate)
			}
			if eta := m.ETA(math.MaxInt64); eta > maxETA {
				t.Errorf("ETA(MaxInt64) = %v; want at most %v", eta, maxETA)
			}
		})
	}
}
