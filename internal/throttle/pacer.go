// Package throttle computes when the next bytes may go. A [Pacer] keeps to a
// rate. A [Line] follows a [Script], which makes a source or a destination slow
// in several ways, one after the other.
//
// The package has no clock and never waits. The caller passes the current time
// and waits until the time that it is given.
//
// # Words
//
//   - rate: bytes per second.
//   - burst: the most bytes that may go at the same moment under a rate.
//   - slice: the bytes that go at one moment. A chunk may take several slices.
//   - step: a part of a script, with its own rate, latency, slice size or
//     stall.
//   - delay: the time from the moment at which a byte is written, and so enters
//     the line, until it arrives. Meanwhile it is under way.
//   - late: a slice goes late when it goes after its moment, because a timer or
//     the scheduler was slow. Lateness of up to 50 ms is made up for. Credit is
//     never saved: time that nobody used is gone.
package throttle

import (
	"math"
	"math/bits"
	"time"
)

const (
	// slack is the lateness that a pacer makes up for. Timers and the scheduler
	// cause less than this. A longer delay means that one end was idle or
	// stuck.
	slack = 50 * time.Millisecond
	// evenOut decides how a late pacer catches up. A slice whose own time,
	// bytes divided by rate, is at least evenOut waits half of that time. So
	// the pacer catches up at twice the rate and not with one burst. Shorter
	// slices do not wait, because timers are too inexact for so short a wait.
	evenOut = 500 * time.Microsecond
	// defaultBurst, times the rate, is the burst where none is given. Every
	// window of 10 ms holds three such bursts and is smooth. Each burst costs
	// one wait.
	defaultBurst = time.Second / 300
	// longestSlice is the most seconds that one slice may take. It keeps all
	// times within the range of time.Duration.
	longestSlice = 3600
)

// DefaultBurst returns the burst, in bytes, for a rate in bytes per second.
func DefaultBurst(rate int64) int64 {
	return max(1, rate/int64(time.Second/defaultBurst))
}

// Pacer holds a rate. Byte n goes at start + n/rate, so even the first slice
// waits for its time. A pacer that was idle or stuck for longer than slack
// starts anew: it does not catch up, and it has no credit.
type Pacer struct {
	rate  int64 // bytes per second
	burst int64 // most bytes that go at once

	start    time.Time // when the pacer last started
	sent     int64     // bytes let through since start
	gathered int64     // bytes since start whose moment was given out; >= sent
	open     bool      // start is set, although no byte was let through yet
}

// NewPacer returns a pacer for a rate in bytes per second. No slice is larger
// than burst bytes. Both must be positive.
func NewPacer(rate, burst int64) *Pacer {
	if burst/longestSlice >= rate {
		burst = rate * longestSlice
	}
	return &Pacer{rate: rate, burst: burst}
}

// Next returns the next slice and the moment at which it may go. The slice is
// at most want, the number of bytes that are ready now. If the moment is not
// after now, the slice may go at once.
//
// The argument behind is the number of bytes that the caller will ask for next.
// Next gathers slices up to one burst: they all go at the moment of the last
// one, so the caller waits only once for them.
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

// takeUp starts the pacer anew if it has not started, or if it is later than
// slack.
func (p *Pacer) takeUp(now time.Time) {
	if p.sent == 0 && !p.open || now.Sub(p.passes(p.gathered)) > slack {
		p.start, p.sent, p.gathered = now, 0, 0
	}
}

// openAt starts an unused pacer at a given moment. The first slice may then be
// late like any other.
func (p *Pacer) openAt(start time.Time) { p.start, p.open = start, true }

// room returns how many more bytes the rate allows until end.
func (p *Pacer) room(now, end time.Time) int64 {
	p.takeUp(now)
	return max(0, passed(p.rate, end.Sub(p.start))-p.sent)
}

// giveBack takes back bytes that were let through and did not go.
func (p *Pacer) giveBack(bytes int64) {
	p.sent -= bytes
	p.gathered -= bytes
}

// free returns the moment of the last byte that was let through.
func (p *Pacer) free() time.Time { return p.passes(p.sent) }

// passes returns start + bytes/rate.
func (p *Pacer) passes(bytes int64) time.Time { return p.start.Add(p.time(bytes)) }

// time returns n/rate.
func (p *Pacer) time(n int64) time.Duration {
	hi, lo := bits.Mul64(uint64(n), uint64(time.Second))
	if hi >= uint64(p.rate) {
		panic("throttle: internal error: a slice that takes centuries")
	}
	ns, _ := bits.Div64(hi, lo, uint64(p.rate))
	return time.Duration(ns)
}

// passed returns rate*d, in whole bytes.
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
