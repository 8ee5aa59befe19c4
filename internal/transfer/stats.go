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
	elapsed := c.tellAll()
	snapshot := c.ledger.Snapshot(elapsed, c.waitingFor())
	snapshot.Awaited = c.awaited()
	snapshot.Waits = c.waits.upTo(elapsed, c.holder())
	return snapshot
}

// Series is how the copy went so far. It may be called at any time. It has no
// buckets unless Options.Series is set.
func (c *Copy) Series() ledger.Series {
	c.mu.Lock()
	defer c.mu.Unlock()
	elapsed := c.tellAll()
	c.waits.upTo(elapsed, c.holder())
	return c.waits.join(c.ledger, elapsed)
}

// tellAll tells the ledger the totals and the lengths of all ends. It returns the
// time since the start. The lock is held.
func (c *Copy) tellAll() (elapsed time.Duration) {
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
	c.ledger.Begin(c.start) // it was made a little before the copy began
	elapsed = now.Sub(c.start)
	for i, out := range c.outs {
		c.ledger.Buffered(elapsed, i, out.writable.Length(), out.writable.Stats().PeakLength)
	}
	return elapsed
}

// enter tells the ledger of an event. The lock is held.
func (c *Copy) enter(e *stream.Event) {
	var at time.Duration
	if e.Kind != stream.Callback {
		at = c.tellMoved(e.Dst)
	}
	if !followsMove(e) {
		at = c.clock.Now().Sub(c.start)
	}
	c.ledger.Event(at, e)
}

// followsMove reports whether an event comes of a byte that has just moved: from
// the source to the write that fills a destination and so pauses it, or to a
// destination that drains and so resumes it. That moment is known. Such events
// come with every chunk, and to ask the clock again takes longer than all else
// that is noted of them.
func followsMove(e *stream.Event) bool {
	switch e.Kind {
	case stream.Data, stream.Write, stream.Drain:
		return true
	case stream.Pause:
		return e.Cause == stream.CauseBackpressure
	case stream.Resume:
		return e.Cause == stream.CauseDrain
	}
	return false
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
