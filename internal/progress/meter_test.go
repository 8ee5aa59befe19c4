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
		{"a tenth of the speed, a second later",
			frame, []step{{time.Minute, 20 * mib}, {time.Second, 2 * mib}}, 100 * mib, 2 * mib, 50 * time.Second},
		{"ten times the speed, a second later",
			frame, []step{{time.Minute, 2 * mib}, {time.Second, 20 * mib}}, 100 * mib, 20 * mib, 5 * time.Second},
		{"a little slower, a second later",
			frame, []step{{time.Minute, 10 * mib}, {time.Second, 8 * mib}}, 80 * mib, 8 * mib, 10 * time.Second},
		{"one frame after a long stall: a second of it counts",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {frame, 18 * mib}},
			112 * mib, 2 * mib, 56 * time.Second},
		{"two frames after a long stall",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {2 * frame, 16 * mib}},
			112 * mib, 16 * mib, 7 * time.Second},
		{"a second after a long stall, slower",
			frame, []step{{20 * time.Second, 16 * mib}, {time.Hour, 0}, {time.Second, 4 * mib}},
			112 * mib, 4 * mib, 28 * time.Second},
		{"a peer that came late",
			frame, []step{{time.Hour, 0}, {time.Second, 16 * mib}}, 16 * mib, 16 * mib, time.Second},
		{"half a second without a byte: what is longer than usual counts",
			frame, []step{{time.Minute, 8 * mib}, {500 * time.Millisecond, 0}}, 32 * mib, 8 * mib * 500 / 875, 7 * time.Second},
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
			if got, most := len(s.meter.moves), 2*int(steadyWindow/resolution); got > most {
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
		{"all there is at once", start, start, math.MaxInt64, 0},
		{"all there is in a nanosecond", start.Add(1), start.Add(1), math.MaxInt64, math.MaxInt64},
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

// A copy in bursts has the same rate in every frame, whenever its bursts are.
func TestMeterBursts(t *testing.T) {
	const mib = 1 << 20
	for _, every := range []time.Duration{30 * time.Millisecond, 200 * time.Millisecond, 250 * time.Millisecond, 300 * time.Millisecond, 700 * time.Millisecond} {
		start := time.Unix(1_000_000, 0)
		m := NewMeter(start)
		want := average(mib, every)
		for now := 100 * time.Millisecond; now < 20*time.Second; now += 100 * time.Millisecond {
			bursts := now / every
			m.Observe(start.Add(now), start.Add(bursts*every), int64(bursts)*mib)
			if got := m.Rate(); bursts > 2 && (got < want-1 || got > want+1) {
				t.Fatalf("bursts every %v: Rate() after %v = %d; want %d", every, now, got, want)
			}
		}
	}
}

// A second after the bursts have become smaller or rarer, the rate is right, and
// not before it can be.
func TestMeterBurstsChange(t *testing.T) {
	const mib = 1 << 20
	tests := []struct {
		name          string
		before, after int64 // bytes in a burst
		every         time.Duration
	}{
		{"larger", mib, 10 * mib, 200 * time.Millisecond},
		{"smaller", 10 * mib, mib, 200 * time.Millisecond},
		{"rarer", mib, mib, 400 * time.Millisecond},
		{"more often", mib, mib, 50 * time.Millisecond},
	}
	for _, tt := range tests {
		start := time.Unix(1_000_000, 0)
		m := NewMeter(start)
		var now, moved, every, next time.Duration
		every, next = 200*time.Millisecond, 200*time.Millisecond
		bytes, burst := int64(0), tt.before
		until := func(end time.Duration) {
			for ; now < end; now += 50 * time.Millisecond {
				for ; next <= now; next += every {
					moved = next
					bytes += burst
				}
				m.Observe(start.Add(now), start.Add(moved), bytes)
			}
		}
		until(10*time.Second + 1)
		if got, want := m.Rate(), average(tt.before, every); got != want {
			t.Errorf("%s: Rate() = %d before; want %d", tt.name, got, want)
		}
		every, burst = tt.every, tt.after
		until(11*time.Second + every + 1)
		if got, want := m.Rate(), average(tt.after, every); got != want {
			t.Errorf("%s: Rate() = %d a second later; want %d", tt.name, got, want)
		}
	}
}
