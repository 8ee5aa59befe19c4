package throttle

import "time"

// A Stall is a time in which a script lets nothing through.
type Stall struct {
	From  time.Time
	Until time.Time // zero if it has no end
	First bool      // the script begins with it
}

// Begin starts the script at a given moment, although no byte is ready. It does
// nothing if the script has started.
func (l *Line) Begin(at time.Time) {
	if !l.begun {
		l.begun = true
		l.enter(0, at)
	}
}

// Stalls reports whether the script has a stall.
func (s Script) Stalls() bool {
	for _, step := range s.steps {
		if step.stall {
			return true
		}
	}
	return false
}

// Stall returns the stall in which the line is at the moment now, or else the next one
// that the clock alone brings. There may be none: the script has not started, or
// a step before the stall waits for bytes. What Last says is as for [Line.Ends].
// That moment may be past, but a line remembers only the last stall.
//
// A stall that begins where another one ends is one of its own.
func (l *Line) Stall(now time.Time, last Last) (stall Stall, ok bool) {
	stall, ok = l.stallAt(now, last)
	stall.First = ok && stall.From.Equal(l.started)
	return stall, ok
}

// stallAt is Stall without First.
func (l *Line) stallAt(now time.Time, last Last) (stall Stall, ok bool) {
	switch {
	case !l.begun:
		return Stall{}, false
	case l.never && !l.passed.From.IsZero(), now.Before(l.passed.Until):
		return l.passed, true
	case l.never:
		return Stall{}, false
	}
	index, at := l.current, l.start
	if s := l.steps[index]; s.amount.n > 0 && l.left == 0 && last == Idle {
		index, at = l.after(index, l.over(s), now)
	}
	// The second round may skip steps whose time is over, and the third one
	// starts in the future.
	for range 3 * len(l.steps) {
		s := l.steps[index]
		switch {
		case s.stall && s.time == 0:
			return Stall{From: at}, true
		case s.stall && now.Before(at.Add(s.time)):
			return Stall{From: at, Until: at.Add(s.time)}, true
		case s.time == 0:
			return Stall{}, false
		}
		index, at = l.after(index, at.Add(s.time), now)
	}
	return Stall{}, false
}

// pass notes that a step is over for the bytes that go next, if it is a stall.
// The stall itself may be yet to come.
func (l *Line) pass(s step, now time.Time) {
	if !s.stall {
		return
	}
	stall := Stall{From: l.start}
	if s.time > 0 {
		stall.Until = l.start.Add(s.time)
	}
	if now.Before(l.passed.Until) { // nothing fits between the two
		stall.From = l.passed.From
	}
	l.passed = stall
}
