package throttle

import (
	"math"
	"math/rand/v2"
	"time"
)

// LineOptions are what a script leaves open. All may be zero.
type LineOptions struct {
	Seed   uint64 // of the jitter
	Burst  int64  // most bytes that go at once under a rate; 0 means the default of each
	AtOnce int64  // most bytes of a slice that neither a rate nor its size bounds; 0 means no bound
}

// A Line lets bytes through as a [Script] has it.
//
// The script starts with the first call of [Line.Next]. A step for a time then
// runs by the clock, whatever moves; a step for an amount ends with the moment of
// its last slice. No slice is of two steps: an amount ends with a slice, and a
// rate lets nothing through that would pass its line only when its step's time is
// over. A write that has begun by then takes its latency all the same. What a step
// did not let through is gone with it.
//
// A line that is late because timers are, by less than slack, makes up for it as
// a [Pacer] does, also across steps: a script keeps its time.
type Line struct {
	steps  []step
	opts   LineOptions
	random *rand.Rand

	cycle   time.Duration // of all steps; 0 where bytes have a say in it
	begun   bool
	never   bool      // nothing will pass any more
	current int       // the step that is on
	start   time.Time // of it
	left    int64     // of its amount
	pacer   Pacer     // of its rate
	last    Slice
	taken   time.Duration // by the last slice itself, of the latency of the next
}

// A Slice is what goes next.
type Slice struct {
	Bytes int64     // how many bytes; 0 where there is an end, or never
	At    time.Time // when; a moment not after now means at once
	End   *End      // then the script ends the copy instead
	Never bool      // nothing passes any more, and there is no such moment
}

// NewLine returns a line that follows the script from the next moment on.
func NewLine(script Script, opts LineOptions) *Line {
	l := &Line{steps: script.steps, opts: opts}
	if script.IsZero() {
		l.steps = []step{{}}
	}
	l.random = rand.New(rand.NewPCG(opts.Seed, 0))
	for _, s := range l.steps {
		if s.time == 0 || l.cycle+s.time < 0 { // so long that it does not count
			l.cycle = 0
			break
		}
		l.cycle += s.time
	}
	return l
}

// Next says how many of the want bytes that are ready now go as one slice, and
// at which moment. Behind them so many wait, as for [Pacer.Next]. It is called
// again only when that slice has gone, so that now is also the end of the write
// before.
func (l *Line) Next(now time.Time, want, behind int64) Slice {
	if want <= 0 {
		panic("throttle: internal error: no bytes are ready")
	}
	if !l.begun {
		l.begun = true
		l.enter(0, now)
	}
	// From where this is to the last step, then once through the steps of which
	// some may be over, then once from a moment yet to come: what lets nothing
	// through in all of these never will.
	for range 3 * len(l.steps) {
		if l.never {
			break
		}
		s := l.steps[l.current]
		if s.end != nil {
			l.last = Slice{At: l.start, End: s.end}
			return l.last
		}
		if n, at := l.offer(s, later(now, l.start), want, behind); n > 0 {
			l.left -= n
			l.taken = 0
			l.last = Slice{Bytes: n, At: at}
			return l.last
		}
		l.advance(s, now)
	}
	l.never = true
	l.last = Slice{Never: true}
	return l.last
}

// GiveBack says that so many bytes of the last slice did not go: they count as if
// they had never been let through.
func (l *Line) GiveBack(bytes int64) {
	if bytes < 0 || bytes > l.last.Bytes {
		panic("throttle: internal error: more bytes given back than were given")
	}
	l.last.Bytes -= bytes
	l.left += bytes
	l.pacer.giveBack(bytes)
}

// Took says how long after its moment the last slice had gone: as late as the
// timer was, and for as long as it took. A latency is that of all this, so the
// next one is so much shorter. What is longer than slack was no write of a slice,
// and does not count.
func (l *Line) Took(d time.Duration) {
	if l.taken = max(0, d); d > slack {
		l.taken = 0
	}
}

// offer is what goes under s of want bytes that are ready at now, if anything.
func (l *Line) offer(s step, now time.Time, want, behind int64) (n int64, at time.Time) {
	n = min(want, l.most(s))
	end := l.start.Add(s.time)
	late := s.time > 0 && !now.Before(end)
	switch {
	case s.stall, late && (s.rate.n == 0 || s.latency > 0):
		return 0, now
	case s.rate.n == 0:
		at = now
	default:
		if s.time > 0 {
			n = min(n, l.pacer.room(now, end))
		}
		if n == 0 {
			return 0, now
		}
		n, at = l.pacer.Next(now, n, l.gathers(s, n, behind))
		if s.time > 0 && at.After(end) { // a line in arrears is not to take its time now
			at = later(now, end)
		}
	}
	if s.latency > 0 {
		at = later(at, now.Add(l.delay(s)-l.taken))
	}
	return n, at
}

// gathers is how many of the bytes behind the n of a slice may go at its moment:
// those of its step, where that does not have each write take its own time.
func (l *Line) gathers(s step, n, behind int64) int64 {
	switch {
	case s.slice.n > 0 || s.latency > 0:
		return 0
	case s.amount.n > 0:
		return min(behind, l.left-n)
	}
	return behind
}

// most is the most bytes of a slice under s, its rate apart.
func (l *Line) most(s step) int64 {
	most := int64(math.MaxInt64)
	switch {
	case s.slice.n > 0:
		most = s.slice.n
	case s.rate.n == 0 && l.opts.AtOnce > 0:
		most = l.opts.AtOnce
	}
	if s.amount.n > 0 {
		most = min(most, l.left)
	}
	return most
}

// delay is how long a write takes under s.
func (l *Line) delay(s step) time.Duration {
	if s.jitter == 0 {
		return s.latency
	}
	return s.latency - s.jitter + time.Duration(l.random.Int64N(2*int64(s.jitter)+1))
}

// advance goes on from s, which lets no more through, to the next step.
func (l *Line) advance(s step, now time.Time) {
	start := l.over(s)
	next := l.current + 1
	switch {
	case s.toTheEnd(): // a stall
		l.never = true
		return
	case next == len(l.steps): // it repeats, having no end
		next = 0
		if behind := now.Sub(start); l.cycle > 0 && behind >= l.cycle {
			start = start.Add(behind / l.cycle * l.cycle)
		}
	}
	l.enter(next, start)
}

// enter takes up a step at its start.
func (l *Line) enter(index int, start time.Time) {
	s := l.steps[index]
	l.current, l.start, l.left = index, start, s.amount.n
	if s.rate.n > 0 {
		l.pacer = *NewPacer(s.rate.n, l.burst(s))
		l.pacer.openAt(start)
	}
}

// burst is the most that goes at once under the rate of s. Where each write takes
// some time anyway, it is the bytes of twice that time: so the rate holds, for
// every such slice can make up for a short one that took as long.
func (l *Line) burst(s step) int64 {
	if l.opts.Burst > 0 {
		return l.opts.Burst
	}
	return max(DefaultBurst(s.rate.n), passed(s.rate.n, 2*s.latency))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
