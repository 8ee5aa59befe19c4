package transfer

import (
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
)

// watching runs a goroutine that calls look at once and then whenever tick or
// the time that look returns, conduit.Forever for none, is over. It ends, and
// is waited for, by the function returned.
func watching(tick <-chan struct{}, look func() time.Duration) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick:
			case <-timer.C:
			}
			if in := look(); in >= 0 {
				timer.Reset(in)
			}
		}
	}()
	return func() { close(quit); <-gone }
}

// watchScripts ends each end at the time at which its script does, although the
// goroutine there waits for something else.
func (c *Copy) watchScripts() (stop func()) {
	changed := make(chan struct{}, 1)
	ending := false
	paces := []*pace{c.input.pace}
	for _, out := range c.outs {
		paces = append(paces, out.pace)
	}
	for _, p := range paces {
		if p.line == nil || !p.line.CanEnd() {
			continue
		}
		ending = true
		p.tell = func() {
			select {
			case changed <- struct{}{}:
			default: // it is to look already
			}
		}
	}
	if !ending {
		return func() {}
	}
	return watching(changed, c.endScripts)
}

// endScripts ends what the scripts end now, and says in which time to look
// again.
func (c *Copy) endScripts() (in time.Duration) {
	in = conduit.Forever
	if left, end := c.input.pace.endsIn(); end != nil && left == 0 {
		c.input.ends(end)
	} else {
		in = left
	}
	for _, out := range c.outs {
		if left, end := out.pace.endsIn(); end != nil && left == 0 {
			out.leaves(out.said(end))
		} else {
			in = sooner(in, left)
		}
	}
	return in
}

// watched is a destination that somebody watches.
type watched struct {
	*output
	dst  WatchedDestination
	seen int64 // bytes that it had taken at the last look
}

// look finds out whether the destination has gone away. A write in progress
// finds out by itself.
func (w *watched) look() {
	taken := w.bytes.Load()
	quiet := taken == w.seen && !w.is(moving)
	w.seen = taken
	if !quiet {
		return
	}
	if err := w.dst.Away(); err != nil {
		w.leaves(err)
	}
}

// watchDestinations looks, with every beat of the clock, for destinations that
// go away while there is nothing to write to them: the source has nothing,
// perhaps for ever, or it is not their time. The function it returns ends the
// watch and waits for it.
func (c *Copy) watchDestinations() (stop func()) {
	var all []*watched
	for _, out := range c.outs {
		if dst, ok := out.dst.(WatchedDestination); ok {
			all = append(all, &watched{output: out, dst: dst, seen: -1})
		}
	}
	if all == nil && !c.clock.Watched() {
		return func() {}
	}
	s, gone := c.newSleeper(), make(chan struct{})
	go func() {
		defer close(gone)
		for s.sleep(clock.Beat) {
			c.clock.Now()
			for _, w := range all {
				w.look()
			}
		}
	}()
	return func() { s.wake(); <-gone; s.close() }
}
