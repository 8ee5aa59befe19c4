package stream

import "slices"

func (w *Writable) drain() {
	w.stats.Drains++
	w.m.emit(Event{Kind: Drain, Dst: w.dst, Index: w.index, Length: w.length})
	w.m.enter(CauseDrain)
	for _, d := range w.drains {
		d.drained()
	}
	w.m.leave()
}

// OnDrain calls once when the destination drains next, behind the pipes that wait
// already: what a program does that writes by hand.
func (w *Writable) OnDrain(call func()) { w.listenForDrain(&drainCall{w, call}) }

// drainer hears of drains: a pipe, or a program that writes by hand.
type drainer interface{ drained() }

func (w *Writable) listenForDrain(d drainer) { w.drains = append(slices.Clip(w.drains), d) }

// drainCall is a call at the next drain.
type drainCall struct {
	w    *Writable
	call func()
}

func (c *drainCall) drained() {
	c.w.drains = without(slices.Clone(c.w.drains), drainer(c))
	c.call()
}
