package throttle

import "time"

// Enter says that bytes were written into the line. They arrive after the delay
// of the current step, but not before those that entered earlier. Only a script
// that delays needs to know: without one, bytes arrive when they are written.
func (l *Line) Enter(now time.Time, bytes int64) {
	if !l.delays || bytes <= 0 {
		return
	}
	if !l.begun {
		l.begun = true
		l.enter(0, now)
	}
	s := l.stepAt(now)
	l.underway.add(now, draw(l.wander, s.delay, s.wander), bytes)
}

// stepAt returns the step that now belongs to. It does not go on to that step:
// bytes of the one before may still go late, see [Line].
func (l *Line) stepAt(now time.Time) step {
	index, start := l.current, l.start
	for i := range 2 * len(l.steps) {
		s := l.steps[index]
		over := start.Add(s.time)
		if s.amount.n > 0 && l.left == 0 && i == 0 {
			over = l.over(s) // its last slice was given out
		} else if s.time == 0 {
			return s // it waits for bytes, or goes on to the end
		}
		if now.Before(over) {
			return s
		}
		index, start = l.after(index, over, now)
	}
	return l.steps[index]
}

// nothingUntil returns the slice for when no byte has arrived yet, and the next
// one will at that moment. The script may end before.
func (l *Line) nothingUntil(next, now time.Time) Slice {
	if at, end := l.Ends(now, Idle); end != nil && !at.After(next) {
		l.last = Slice{At: at, End: end}
		return l.last
	}
	return Slice{At: next}
}
