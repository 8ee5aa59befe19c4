package progress

import (
	"math"
	"slices"
	"time"

	"bpcopy/internal/units"
)

const (
	// rateWindow is the time of which the shown rate is the mean. A shorter one
	// makes the rate jump, a longer one makes it lag.
	rateWindow = 3 * time.Second
	// etaWindow is the same for the remaining time. It is longer, so that the
	// remaining time counts down and does not jump.
	etaWindow = 15 * time.Second
	// meterResolution bounds the memory of the meter, whatever the frame rate:
	// observations closer together than this become one.
	meterResolution = 100 * time.Millisecond
	// maxETA keeps the remaining time within a Duration. All above 99 days is
	// shown as ">99d" anyway.
	maxETA = 1000 * day
)

// Meter computes the rate of a copy and the remaining time from the bytes that
// moved in the last seconds. It measures active time, which does not go on
// during a stall: a time without bytes counts for one second at most. So the
// remaining time is right again with the first byte after a stall, however long
// that was. Make a Meter with [NewMeter].
type Meter struct {
	observed time.Time // time of the last observation
	history  []point   // the last etaWindow, oldest first, never empty
}

// point is one observation.
type point struct {
	active time.Duration // active time since the start
	bytes  int64         // moved since the start
}

// NewMeter returns a meter of a copy that starts at start.
func NewMeter(start time.Time) Meter {
	return Meter{observed: start, history: []point{{}}}
}

// Observe tells the meter how many bytes have moved from the start up to now,
// and when the last of them did.
func (m *Meter) Observe(now, lastMoved time.Time, bytes int64) {
	last := m.latest()
	stallStart := lastMoved.Add(stallAfter)
	if stallStart.Before(m.observed) {
		stallStart = m.observed
	}
	elapsed, stalled := now.Sub(m.observed), max(now.Sub(stallStart), 0)
	if elapsed < 0 {
		return
	}
	m.observed = now
	m.record(point{last.active + elapsed - stalled, bytes})
}

// record appends p and deletes the points that are older than every window.
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
// of the oldest point.
func (m *Meter) since(window time.Duration) int {
	from := m.latest().active - window
	for i := len(m.history) - 1; i > 0; i-- {
		if m.history[i].active <= from {
			return i
		}
	}
	return 0
}

// perSecond returns the mean rate over window in bytes per second. It is finite
// and never negative.
func (m *Meter) perSecond(window time.Duration) float64 {
	first, last := m.history[m.since(window)], m.latest()
	span, moved := last.active-first.active, last.bytes-first.bytes
	if span <= 0 || moved <= 0 {
		return 0
	}
	return float64(moved) / span.Seconds()
}

// Rate returns the mean rate of the last 3 seconds of active time.
func (m *Meter) Rate() units.Rate { return toRate(m.perSecond(rateWindow)) }

// ETA returns how long the remaining bytes will take at the mean rate of the
// last 15 seconds of active time. It is negative if no byte moved in them.
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

// average returns the mean rate of bytes over elapsed.
func average(bytes int64, elapsed time.Duration) units.Rate {
	if elapsed <= 0 {
		return 0
	}
	return toRate(float64(bytes) / elapsed.Seconds())
}

// toRate rounds perSecond. Values from 2⁶³ on are cut: they do not fit an
// int64, and processors convert them to different numbers.
func toRate(perSecond float64) units.Rate {
	if perSecond >= math.MaxInt64 {
		return math.MaxInt64
	}
	return units.Rate(math.Round(perSecond))
}
