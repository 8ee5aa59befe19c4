// Package throttle says when the next bytes may go: at a rate ([Pacer]), or as a
// [Script] has it, in which an end of a copy is slow in any way ([Line]). It keeps
// no time of its own: the moment is an argument, and waiting is the caller's
// business.
package throttle

import (
	"math"
	"math/bits"
	"time"
)

const (
	// slack is how late the line may run and still make up for it: the lateness of
	// timers and of the scheduler. What is later than that was idle or stuck.
	slack = 50 * time.Millisecond
	// evenOut is the time on the line from which on a slice of a late line still
	// takes half of it, so that a line in arrears runs twice as fast and not at
	// once. Waits for less are too inexact to keep up with the rate then.
	evenOut = 500 * time.Microsecond
	// defaultBurst is the time whose bytes go at once where no burst is given:
	// short enough that windows of 10 ms are smooth, each with three bursts, long
	// enough to cost little.
	defaultBurst = time.Second / 300
	// longestSlice bounds what one slice may wait for, in seconds, so that times
	// stay within what can be computed.
	longestSlice = 3600
)

// DefaultBurst is the burst, in bytes, for a rate in bytes per second.
func DefaultBurst(rate int64) int64 {
	return max(1, rate/int64(time.Second/defaultBurst))
}

// Pacer lets bytes through at a rate, like a line of that speed: a slice has
// passed when the time that it takes on the line is over, the first one too. A
// line that was idle, or whose far end was stuck, owes nothing: that time is
// gone, and no credit comes of it.
type Pacer struct {
	rate  int64 // bytes per second
	burst int64 // most bytes that go at once

	start    time.Time // when the line was last taken up
	sent     int64     // bytes given to it since
	gathered int64     // bytes since that one wait or another was for: those, or more
	open     bool      // start holds although nothing was given to it yet
}

// NewPacer returns a pacer for rate in bytes per second, which lets no more than
// burst bytes go at once. Both must be positive.
func NewPacer(rate, burst int64) *Pacer {
	if burst/longestSlice >= rate {
		burst = rate * longestSlice
	}
	return &Pacer{rate: rate, burst: burst}
}

// Next says how many of the want bytes that are ready now go as one slice, and
// at which moment. A moment not after now means at once.
//
// So many bytes wait behind them, and will be wanted as soon as these have gone.
// What goes within one burst goes at the same moment, that of the last of it: one
// wait for several slices.
func (p *Pacer) Next(now time.Time, want, behind int64) (slice int64, at time.Time) {
	p.takeUp(now)
	slice = min(want, p.burst)
	before := p.sent
	p.sent += slice
	if p.sent <= p.gathered {
		return slice, p.free()
	}
	p.gathered = p.sent + min(behind, p.burst-slice)
	at = p.passes(p.gathered)
	if own := p.time(p.gathered - before); own >= evenOut && at.Before(now.Add(own/2)) {
		at = now.Add(own / 2)
	}
	return slice, at
}

// takeUp starts the line anew where it was idle.
func (p *Pacer) takeUp(now time.Time) {
	if p.sent == 0 && !p.open || now.Sub(p.passes(p.gathered)) > slack {
		p.start, p.sent, p.gathered = now, 0, 0
	}
}

// openAt takes up an unused line at a moment of its own, for which the first
// slice may be late like any other.
func (p *Pacer) openAt(start time.Time) { p.start, p.open = start, true }

// room is how many more bytes the line passes until end.
func (p *Pacer) room(now, end time.Time) int64 {
	p.takeUp(now)
	return max(0, passed(p.rate, end.Sub(p.start))-p.sent)
}

// giveBack takes bytes off the line that did not go.
func (p *Pacer) giveBack(bytes int64) {
	p.sent -= bytes
	p.gathered -= bytes
}

// free is when the line has passed all that was given to it.
func (p *Pacer) free() time.Time { return p.passes(p.sent) }

// passes is when the line has passed so many bytes since it was taken up.
func (p *Pacer) passes(bytes int64) time.Time { return p.start.Add(p.time(bytes)) }

// time is how long n bytes take on the line.
func (p *Pacer) time(n int64) time.Duration {
	hi, lo := bits.Mul64(uint64(n), uint64(time.Second))
	if hi >= uint64(p.rate) {
		panic("throttle: internal error: a slice that takes centuries")
	}
	ns, _ := bits.Div64(hi, lo, uint64(p.rate))
	return time.Duration(ns)
}

// passed is how many whole bytes go at rate in d.
func passed(rate int64, d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(rate), uint64(d))
	if hi >= uint64(time.Second) {
		return math.MaxInt64
	}
	n, _ := bits.Div64(hi, lo, uint64(time.Second))
	return int64(min(n, math.MaxInt64))
}
