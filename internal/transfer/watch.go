package transfer

import (
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
)

// watching runs a goroutine that calls look at once and then whenever tick or
// the time that look returns, conduit.Forever for none, is over. It ends, and is
// waited for, by the function returned.
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
	paces := []*pace{c.producer}
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

// endScripts ends what the scripts end now, and says in which time to look again.
func (c *Copy) endScripts() (in time.Duration) {
	in = conduit.Forever
	if left, end := c.producer.endsIn(); end != nil && left == 0 {
		c.sourceEnds(end)
	} else {
		in = left
	}
	for _, out := range c.outs {
		if left, end := out.pace.endsIn(); end != nil && left == 0 {
			out.leaves(end.refusedBy(out.dst))
		} else {
			in = sooner(in, left)
		}
	}
	return in
}

// watchDestinations looks, with every beat of the clock, for destinations that go
// away while there is nothing to write to them, because the source has nothing or
// because it is not their time: a source may have nothing for ever. A write finds
// out by itself. The function it returns ends the watch and waits for it.
func (c *Copy) watchDestinations() (stop func()) {
	type watched struct {
		*output
		leaver leaver
		moved  int64
	}
	var all []*watched
	for _, out := range c.outs {
		if dst, ok := out.dst.(leaver); ok {
			all = append(all, &watched{out, dst, -1})
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
				moved := w.activity.bytes.Load()
				quiet := moved == w.moved && !w.activity.busy.Load()
				w.moved = moved
				if !quiet {
					continue
				}
				if err := w.leaver.Away(); err != nil {
					w.leaves(err)
				}
			}
		}
	}()
	return func() { s.wake(); <-gone; s.close() }
}
