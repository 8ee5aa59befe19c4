package transfer

import (
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// Stats is what the copy has come to so far, by Options.Clock. It may be called
// at any time.
func (c *Copy) Stats() ledger.Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tellMoved(stream.FromSource)
	for i, out := range c.outs {
		c.tellMoved(i)
		if out.lost != nil {
			c.ledger.Lost(i)
		}
	}
	now := c.end
	if now.IsZero() {
		now = c.clock.Now()
	}
	elapsed := now.Sub(c.start)
	for i, out := range c.outs {
		c.ledger.Buffered(elapsed, i, out.writable.Length(), out.writable.Stats().PeakLength)
	}
	return c.ledger.Snapshot(elapsed, c.waitingFor())
}

// enter tells the ledger of an event. The lock is held. Some events come with
// every chunk, and it would cost to ask the clock for each: a chunk is written
// when the source has moved, and a destination drains when it has.
func (c *Copy) enter(e *stream.Event) {
	var last time.Duration
	if e.Kind != stream.Callback {
		last = c.tellMoved(e.Dst)
	}
	switch e.Kind {
	case stream.Data, stream.Drain:
	case stream.Write:
		last = time.Duration(c.input.last.Load())
	default:
		last = c.clock.Now().Sub(c.start)
	}
	c.ledger.Event(last, e)
}

// tellMoved tells the ledger how much has passed an end. It returns when the last
// of it did. The lock is held, though not by who moves the bytes.
func (c *Copy) tellMoved(end int) time.Duration {
	at := &c.input.activity
	if end != stream.FromSource {
		at = &c.outs[end].activity
	}
	last := time.Duration(at.last.Load())
	c.ledger.Moved(last, end, at.bytes.Load())
	return last
}
