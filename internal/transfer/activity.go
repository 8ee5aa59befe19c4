package transfer

import (
	"slices"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/side"
)

// activity says what happens at one end. Anybody may look, and the end never
// waits for those who do.
type activity struct {
	bytes atomic.Int64 // that have passed this end
	last  atomic.Int64 // when one did last, in nanoseconds since start
	start time.Time
	clock *clock.Clock
	doing atomic.Int32  // a doing
	total *atomic.Int64 // of the bytes of several copies; may be nil
}

// doing is what the goroutine at an end is doing.
type doing int32

const (
	idle   doing = iota // it does something else, or has nothing to do
	moving              // it reads or writes, or waits until it can
	pacing              // it waits for its time
)

// now notes what the end is doing from now on.
func (a *activity) now(d doing) { a.doing.Store(int32(d)) }

// is reports whether that is what the end is doing.
func (a *activity) is(d doing) bool { return a.doing.Load() == int32(d) }

// moved notes that n bytes passed.
func (a *activity) moved(n int64) {
	if n > 0 {
		a.bytes.Add(n)
		if a.total != nil {
			a.total.Add(n)
		}
		a.last.Store(int64(a.clock.Now().Sub(a.start)))
	}
}

// lastMoved is when a byte passed any end last, in nanoseconds since the start.
func (c *Copy) lastMoved() int64 {
	last := c.input.last.Load()
	for _, out := range c.outs {
		last = max(last, out.last.Load())
	}
	return last
}

// anyOutput reports whether that is what a destination is doing.
func (c *Copy) anyOutput(d doing) bool {
	return slices.ContainsFunc(c.outs, func(o *output) bool { return o.is(d) })
}

// pacing reports whether any end waits for its time.
func (c *Copy) pacing() bool { return c.input.is(pacing) || c.anyOutput(pacing) }

// waitingFor is the side that holds the copy up. A destination that does not
// take bytes holds up the source as well, so it comes first.
func (c *Copy) waitingFor() side.Side {
	switch {
	case c.anyOutput(moving):
		return side.Destination
	case c.pacing():
		return side.Neither
	case c.input.is(moving):
		return side.Source
	}
	return side.Neither
}
