package throttle

import (
	"math"
	"math/rand/v2"
	"time"
)

// LineOptions say what a script leaves open. All may be zero.
type LineOptions struct {
	Seed   uint64 // of the jitter
	Burst  int64  // most bytes that go at once under a rate; 0 means the default of each
	AtOnce int64  // most bytes of a slice that neither a rate nor its size bounds; 0 means no bound
}

// A Line lets bytes through as a [Script] says.
//
// The script starts with the first call of [Line.Next] or [Line.Enter]. A step for a time ends
// when that time is over, whether bytes moved or not. A step for an amount ends
// at the moment of its last slice.
//
// A slice belongs to one step. An amount ends with a slice. Under a rate, a
// slice holds only bytes whose moment comes before the step ends. A write that
// began within its step takes its full latency, even if the step ends
// meanwhile. Bytes that a step could have let through and did not are no credit
// for the next step.
//
// A line that is late by at most slack makes up for it as a [Pacer] does, also
// from one step to the next. So timers that are slow do not delay a script.
type Line struct {
	steps  []step
	opts   LineOptions
	random *rand.Rand // of the latencies
	wander *rand.Rand // of the delays, whose bytes come whenever they like

	delays   bool // bytes have to enter
	underway underway

	cycle   time.Duration // sum of all steps' times; 0 if a step is for an amount
	begun   bool
	never   bool      // nothing will pass any more
	current int       // index of the current step
	start   time.Time // when the current step started
	left    int64     // bytes left of its amount
	pacer   Pacer     // holds its rate
	last    Slice
	taken   time.Duration // what Took was told; shortens the next latency
	started time.Time     // when the script did
	passed  Stall         // the last one that the bytes have come to
}

// A Slice is what goes next: bytes, or the script's end, or nothing for ever. It
// is nothing until At if bytes are delayed until then.
type Slice struct {
	Bytes int64     // how many bytes; 0 if End or Never is set, or before bytes arrive
	At    time.Time // when; a moment not after now means at once
	End   *End      // not nil: the script ends the copy at that moment
	Never bool      // nothing passes any more; At means nothing
}

// NewLine returns a line that follows the script.
func NewLine(script Script, opts LineOptions) *Line {
	l := &Line{steps: script.steps, opts: opts, delays: script.Delays()}
	if script.IsZero() {
		l.steps = []step{{}}
	}
	l.random = rand.New(rand.NewPCG(opts.Seed, 0))
	l.wander = rand.New(rand.NewPCG(opts.Seed, 1))
	for _, s := range l.steps {
		if s.time == 0 || l.cycle+s.time < 0 { // for an amount, or an overflow
			l.cycle = 0
			break
		}
		l.cycle += s.time
	}
	return l
}

// Next returns the next slice, of at most want bytes, and its moment. The
// arguments are those of [Pacer.Next]. The caller calls Next again when the
// slice has gone, so now is also the end of the write before.
//
// With a script that delays, the bytes that are wanted must have entered. If the
// first of them has yet to arrive, the slice is empty, and the caller calls Next
// again at its moment.
func (l *Line) Next(now time.Time, want, behind int64) Slice {
	if want <= 0 {
		panic("throttle: internal error: no bytes are ready")
	}
	if !l.begun {
		l.begun = true
		l.enter(0, now)
	}
	if l.delays {
		here, next := l.underway.arrived(now)
		if here == 0 {
			return l.nothingUntil(next, now)
		}
		want, behind = min(want, here), max(0, min(behind, here-want))
	}
	// The first round ends at the last step. The second round may skip steps
	// whose time is over. The third round starts in the future. If no step of
	// the three rounds lets a byte through, none ever will.
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
			l.underway.here -= n
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

// GiveBack says how many bytes of the last slice did not go. They count as if
// they had never been let through.
func (l *Line) GiveBack(bytes int64) {
	if bytes < 0 || bytes > l.last.Bytes {
		panic("throttle: internal error: more bytes given back than were given")
	}
	l.last.Bytes -= bytes
	l.left += bytes
	l.underway.here += bytes
	l.pacer.giveBack(bytes)
}

// Took says how long after its moment the last slice had gone: the timer's
// lateness plus the time of the write. The next latency is shortened by that,
// so that a write takes its latency in all. Took ignores more than slack,
// because then something other than the write was slow.
func (l *Line) Took(d time.Duration) {
	if l.taken = max(0, d); d > slack {
		l.taken = 0
	}
}

// offer returns how many of want bytes go under s, and at which moment. It
// returns 0 if the step lets no more through.
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
		if s.time > 0 && at.After(end) { // catching up must not outlast the step
			at = later(now, end)
		}
	}
	if s.latency > 0 {
		at = later(at, now.Add(l.writeTime(s)-l.taken))
	}
	return n, at
}

// gathers returns how many of the bytes behind a slice of n bytes may go at its
// moment. They must belong to the same step. A step with a latency or a slice
// size gathers none, because each of its writes has its own time.
func (l *Line) gathers(s step, n, behind int64) int64 {
	switch {
	case s.slice.n > 0 || s.latency > 0:
		return 0
	case s.amount.n > 0:
		return min(behind, l.left-n)
	}
	return behind
}

// most returns the most bytes of a slice under s, without regard to its rate.
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

// writeTime returns how long the next write takes under s.
func (l *Line) writeTime(s step) time.Duration { return draw(l.random, s.latency, s.jitter) }

// draw returns a time from d-jitter to d+jitter.
func draw(random *rand.Rand, d, jitter time.Duration) time.Duration {
	if jitter == 0 {
		return d
	}
	return d - jitter + time.Duration(random.Int64N(2*int64(jitter)+1))
}

// advance goes on to the next step, as s lets no more through.
func (l *Line) advance(s step, now time.Time) {
	l.pass(s, now)
	if s.toTheEnd() { // a stall for ever
		l.never = true
		return
	}
	l.enter(l.after(l.current, l.over(s), now))
}

// after returns the step after the one with that index, which ended at end, and
// when it starts. A script that repeats skips whole rounds that are over by now.
func (l *Line) after(index int, end, now time.Time) (next int, start time.Time) {
	if next = index + 1; next < len(l.steps) {
		return next, end
	}
	if behind := now.Sub(end); l.cycle > 0 && behind >= l.cycle {
		end = end.Add(behind / l.cycle * l.cycle)
	}
	return 0, end
}

// enter makes a step the current one, from start on.
func (l *Line) enter(index int, start time.Time) {
	s := l.steps[index]
	if l.started.IsZero() {
		l.started = start
	}
	l.current, l.start, l.left = index, start, s.amount.n
	if s.rate.n > 0 {
		l.pacer = *NewPacer(s.rate.n, l.burst(s))
		l.pacer.openAt(start)
	}
}

// burst returns the most bytes that go at one moment under the rate of s. With
// a latency it is at least 2*latency*rate. A short slice takes as long as a
// full one, so the slices after it must be able to make up for it, or the rate
// would not hold.
func (l *Line) burst(s step) int64 {
	if l.opts.Burst > 0 {
		return l.opts.Burst
	}
	return max(DefaultBurst(s.rate.n), passed(s.rate.n, 2*s.latency))
}

// later returns the later one of two moments.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
