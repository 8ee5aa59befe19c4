package throttle

import "time"

// Last says what became of the last slice of a line.
type Last int

// What may have become of the last slice.
const (
	Idle  Last = iota // it has gone, or there was none
	Going             // a part of it has yet to go
)

// CanEnd reports whether the script has an action that ends the copy.
func (l *Line) CanEnd() bool { return l.steps[len(l.steps)-1].end != nil }

// Ends returns when and how the script ends the copy if nothing more moves. The
// end is nil if the script does not end then: it has no end, or a step before
// the end waits for bytes.
//
// If the script can end by the clock alone, the first call of Ends starts it.
func (l *Line) Ends(now time.Time, last Last) (at time.Time, end *End) {
	if !l.CanEnd() || l.never {
		return time.Time{}, nil
	}
	index, at := l.current, l.start
	switch s := l.steps[index]; {
	case !l.begun:
		at = now
	case s.amount.n > 0 && l.left == 0 && last == Idle:
		index, at = index+1, l.over(s)
	}
	for _, s := range l.steps[index:] {
		switch {
		case s.end != nil:
			if !l.begun {
				l.begun = true
				l.enter(0, now)
			}
			return at, s.end
		case s.time == 0:
			return time.Time{}, nil
		}
		at = at.Add(s.time)
	}
	return time.Time{}, nil
}

// over returns the moment at which s ended, as it lets no more through.
func (l *Line) over(s step) time.Time {
	switch {
	case s.time > 0:
		return l.start.Add(s.time)
	case s.rate.n > 0 && s.latency == 0:
		return l.pacer.free() // however late the last slice is
	}
	return l.last.At // an amount's: its bytes have gone
}
