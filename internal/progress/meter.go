package progress

import (
	"math"
	"time"

	"bpcopy/internal/units"
)

const (
	// rateWindow is after which time a change of speed is seen in full.
	rateWindow = time.Second
	// steadyWindow is the time of which the rate is the mean while the speed
	// does not change: its digits are steadier than those of one second.
	steadyWindow = 3 * time.Second
	// alike is how far the rates of both windows may differ, as a share, for
	// the speed to count as unchanged.
	alike = 0.05
	// maxETA keeps the remaining time within a Duration. All above 99 days is
	// shown as ">99d" anyway.
	maxETA = 1000 * day
)

// Meter computes the rate of a copy from the moments at which bytes moved.
//
// It measures from one such moment to another, whatever the time of the frames.
// So the rate of a copy that moves in bursts does not depend on how many of
// them just fit into the window.
//
// It measures in active time, which does not go on during a stall: a time
// without bytes counts for one second at most. So the rate is right again soon
// after a stall, however long that was. Make a Meter with [NewMeter].
type Meter struct {
	observed time.Time     // time of the last observation
	active   time.Duration // active time until then
	moves    recent[int64] // bytes moved since the start; never empty
}

// NewMeter returns a meter of a copy that starts at start.
func NewMeter(start time.Time) Meter {
	return Meter{observed: start, moves: recent[int64]{{}}}
}

// Observe tells the meter how many bytes have moved from the start up to now,
// and when the last of them did.
func (m *Meter) Observe(now, lastMoved time.Time, bytes int64) {
	elapsed := now.Sub(m.observed)
	if elapsed < 0 {
		return
	}
	stallStart := lastMoved.Add(stallAfter)
	if stallStart.Before(m.observed) {
		stallStart = m.observed
	}
	m.active += elapsed - max(now.Sub(stallStart), 0)
	m.observed = now
	last := m.moves.last()
	if bytes == last.value {
		return
	}
	at := m.active - min(max(now.Sub(lastMoved), 0), stallAfter)
	m.moves.add(max(at, last.at), bytes, steadyWindow)
}

// Rate returns the rate at which bytes move now. When the speed changes, it is
// right a second later.
func (m *Meter) Rate() units.Rate { return toRate(m.perSecond()) }

// perSecond is Rate in bytes per second. It is finite and never negative.
func (m *Meter) perSecond() float64 {
	now, steady := m.over(rateWindow), m.over(steadyWindow)
	if math.Abs(now-steady) <= alike*now {
		return steady
	}
	return now
}

// over returns the mean rate from the first to the last move in the last window
// of active time, or since the move before if there is one move only. If the
// time since the last move is longer than any between two moves, the rest of it
// counts, too.
func (m *Meter) over(window time.Duration) float64 {
	last := len(m.moves) - 1
	first := last
	for first > 0 && m.moves[first-1].at >= m.active-window {
		first--
	}
	switch {
	case first == last:
		first = max(last-1, 0)
	case m.moves[first] == moment[int64]{} && first+2 <= last:
		first++ // nothing moved at the start
	}
	span, longest := m.moves[last].at-m.moves[first].at, time.Duration(0)
	for i := first; i < last; i++ {
		longest = max(longest, m.moves[i+1].at-m.moves[i].at)
	}
	span += max(m.active-m.moves[last].at-longest, 0)
	moved := m.moves[last].value - m.moves[first].value
	if span <= 0 || moved <= 0 {
		return 0
	}
	return float64(moved) / span.Seconds()
}

// ETA returns how long the remaining bytes will take at the present rate. It is
// negative if that is 0.
func (m *Meter) ETA(remaining int64) time.Duration {
	if remaining <= 0 {
		return 0
	}
	rate := m.perSecond()
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
