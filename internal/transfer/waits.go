package transfer

import (
	"sync"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// waits knows who holds the copy up. An engine of one goroutine does one thing after
// the other: when a thing is done, it says whose time that was. Where there are several,
// what the ends are doing says it at each moment: see Copy.turned.
type waits struct {
	mu     sync.Mutex // guards what follows
	ledger ledger.Waits
	track  *ledger.HolderTrack // nil unless a series is wanted
	holder ledger.Holder       // since the ledger was told last
	live   bool                // the holder is known at each moment
}

// until says whose time it was until now.
func (w *waits) until(now time.Duration, h ledger.Holder) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass(now, h)
}

// pass says whose time it was until now. The lock is held.
func (w *waits) pass(now time.Duration, h ledger.Holder) {
	w.ledger.Until(now, h)
	w.track.Until(now, h)
}

// upTo returns the times up to now. If the holder is not known at each moment, it is
// who seems to be now.
func (w *waits) upTo(now time.Duration, seems ledger.Holder) ledger.Waits {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.live {
		seems = w.holder
	}
	w.pass(now, seems)
	return w.ledger
}

// join returns the series of a ledger, with the holders.
func (w *waits) join(l *ledger.Ledger, now time.Duration) ledger.Series {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := l.Series(max(now, w.track.At())) // an end may have turned since
	w.track.Join(&s)
	return s
}

// holder returns who holds the copy up, by what the machine asks of the ends.
func (c *Copy) holder() ledger.Holder {
	source, destination := c.input.holds(ledger.BySource), ledger.ByProgram
	if c.userPauses.Load() > 0 {
		source = ledger.ByUser
	}
	for _, out := range c.outs {
		if h := out.holds(ledger.ByDestination); destination == ledger.ByProgram || h == ledger.ByDestination {
			destination = h
		}
	}
	return ledger.Between(source, destination)
}

// holds returns who keeps the copy from moving bytes at this end: the end itself, a
// limit, or nobody if nothing is asked of it.
func (e *end) holds(itself ledger.Holder) ledger.Holder {
	switch {
	case e.is(pacing):
		return ledger.ByLimit
	case e.asked.Load():
		return itself
	}
	return ledger.ByProgram
}

// waited says whose the time was until now.
func (c *Copy) waited(h ledger.Holder) { c.waits.until(c.clock.Now().Sub(c.start), h) }

// turned is called where there are several goroutines, when something else is asked of an
// end, or it begins or ends to wait for its time. It looks under the lock: of two ends
// that turn at once, the later one tells.
func (c *Copy) turned() {
	w := &c.waits
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass(c.clock.Now().Sub(c.start), w.holder)
	w.holder, w.live = c.holder(), true
}

// tookTime says that the time until a byte moved last at an end was that end's. A
// single goroutine does nothing else while it reads or writes: if that end were
// faster, so would the copy be.
func (c *Copy) tookTime(at *activity) {
	h := ledger.ByDestination
	if at == &c.input.activity {
		h = ledger.BySource
	}
	c.waits.until(time.Duration(at.last.Load()), h)
}

// settle lets the machine do what is left to do. Then it is known what is asked of the
// ends. The lock is held.
func (c *Copy) settle() {
	c.machine.Settle()
	if c.engine.goroutines() > 1 {
		c.turned()
	}
}

// Limiting returns which end waits now until its rate or its script lets it go on: the
// index of a destination, or [stream.FromSource]. It may be called at any time.
func (c *Copy) Limiting() (end int, waits bool) {
	for i, out := range c.outs {
		if out.is(pacing) {
			return i, true
		}
	}
	return stream.FromSource, c.input.is(pacing)
}
