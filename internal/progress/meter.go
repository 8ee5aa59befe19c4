package progress

import (
	"math"
	"slices"
	"time"

	"bpcopy/internal/units"
)

const (
	// rateWindow is what the shown rate is the mean of: long enough to read,
	// short enough to follow.
	rateWindow = 3 * time.Second
	// etaWindow is what the estimate goes by: longer, so that it counts down
	// and does not jump about.
	etaWindow = 15 * time.Second
	// meterResolution bounds the meter's memory, whatever the frame rate:
	// observations closer together than this become one.
	meterResolution = 100 * time.Millisecond
	// maxETA keeps an estimate within a Duration; more than 99 days is shown as
	// just that.
	maxETA = 1000 * day
)

// Meter tells a copy's rate and how long it will take, from what was moved of
// late. Its clock stands still while the copy is stalled: a spell in which
// nothing moves counts for [stallAfter] at most, so that an estimate is sane
// again with the first byte after a stall, however long that was. The zero
// Meter is not ready; use [NewMeter].
type Meter struct {
	seen    time.Time // of the last observation
	history []point   // at most etaWindow of it, oldest first, never empty
}

// point is what was known at one moment of the meter's own clock.
type point struct {
	active time.Duration // since the start, without stalls
	bytes  int64
}

// NewMeter returns a meter of a copy that starts at start.
func NewMeter(start time.Time) Meter {
	return Meter{seen: start, history: []point{{}}}
}

// Observe tells the meter that bytes had been moved by now, the last of them at
// moved.
func (m *Meter) Observe(now, moved time.Time, bytes int64) {
	last := m.latest()
	stall := moved.Add(stallAfter)
	if stall.Before(m.seen) {
		stall = m.seen
	}
	elapsed, stalled := now.Sub(m.seen), max(now.Sub(stall), 0)
	if elapsed < 0 {
		return
	}
	m.seen = now
	m.record(point{last.active + elapsed - stalled, bytes})
}

// record appends p and forgets what no window reaches.
func (m *Meter) record(p point) {
	if n := len(m.history); n >= 2 && p.active-m.history[n-2].active < meterResolution {
		m.history[n-1] = p
	} else {
		m.history = append(m.history, p)
	}
	m.history = slices.Delete(m.history, 0, m.since(etaWindow))
}

func (m *Meter) latest() point { return m.history[len(m.history)-1] }

// since returns the index of the newest point that is at least window old, or
// of the oldest there is.
func (m *Meter) since(window time.Duration) int {
	from := m.latest().active - window
	for i := len(m.history) - 1; i > 0; i-- {
		if m.history[i].active <= from {
			return i
		}
	}
	return 0
}

// perSecond returns the mean over window in bytes per second: finite, and never
// negative.
func (m *Meter) perSecond(window time.Duration) float64 {
	first, last := m.history[m.since(window)], m.latest()
	span, moved := last.active-first.active, last.bytes-first.bytes
	if span <= 0 || moved <= 0 {
		return 0
	}
	return float64(moved) / span.Seconds()
}

// Rate returns the rate of late.
func (m *Meter) Rate() units.Rate { return toRate(m.perSecond(rateWindow)) }

// ETA returns how long remaining bytes will take, or a negative duration where
// nothing was moved of late to go by.
func (m *Meter) ETA(remaining int64) time.Duration {
	if remaining <= 0 {
		return 0
	}
	rate := m.perSecond(etaWindow)
	if rate == 0 {
		return etaUnknown
	}
	seconds := min(float64(remaining)/rate, maxETA.Seconds())
	return time.Duration(seconds * float64(time.Second))
}

// average returns the rate of bytes over the whole of elapsed.
func average(bytes int64, elapsed time.Duration) units.Rate {
	if elapsed <= 0 {
		return 0
	}
	return toRate(float64(bytes) / elapsed.Seconds())
}

// toRate rounds perSecond. A float64 at or above 2⁶³ does not fit an int64, and
// what a conversion makes of it differs between processors.
func toRate(perSecond float64) units.Rate {
	if perSecond >= math.MaxInt64 {
		return math.MaxInt64
	}
	return units.Rate(math.Round(perSecond))
}
