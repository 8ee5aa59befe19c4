package transfer

import (
	"slices"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/ledger"
)

// Side is one side of a copy.
type Side = ledger.Side

// The sides. Neither is the answer while bytes move.
const (
	Neither         = ledger.Neither
	SourceSide      = ledger.SourceSide
	DestinationSide = ledger.DestinationSide
)

// activity says what the goroutine at one end is doing, without making it wait.
type activity struct {
	bytes atomic.Int64 // that have passed this end
	last  atomic.Int64 // when one did last, in nanoseconds since start
	start time.Time
	clock *clock.Clock

	busy   atomic.Bool // it waits for this end
	pacing atomic.Bool // it waits for its time
}

// moved notes that n bytes passed.
func (a *activity) moved(n int64) {
	if n > 0 {
		a.bytes.Add(n)
		a.last.Store(int64(a.clock.Now().Sub(a.start)))
	}
}

// lastMoved is when a byte passed any end last, in nanoseconds since the start.
func (c *Copy) lastMoved() int64 {
	last := c.input.last.Load()
	for _, out := range c.outs {
		last = max(last, out.activity.last.Load())
	}
	return last
}

// pacing reports whether anybody waits for their time.
func (c *Copy) pacing() bool {
	return c.input.pacing.Load() || slices.ContainsFunc(c.outs, func(o *output) bool { return o.activity.pacing.Load() })
}

// waitingFor is the side that holds the copy up. A destination that does not take
// bytes holds up the source as well, so it comes first.
func (c *Copy) waitingFor() Side {
	switch {
	case slices.ContainsFunc(c.outs, func(o *output) bool { return o.activity.busy.Load() }):
		return DestinationSide
	case c.pacing():
		return Neither
	case c.input.busy.Load():
		return SourceSide
	}
	return Neither
}

// idleChecks is how often the idle time is looked at within the timeout.
const idleChecks = 20

// watchIdle ends the copy when no byte has moved for the idle timeout. The
// function it returns stops the watch and waits for it.
//
// It counts the checks at which nothing had moved, and not the time since the
// last byte: time in which this very process was stopped is not the peers' fault.
func (c *Copy) watchIdle() (stop func()) {
	if c.opts.IdleTimeout <= 0 {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(max(c.opts.IdleTimeout/idleChecks, time.Nanosecond))
		defer ticker.Stop()
		var last int64
		for still := 0; still < idleChecks; still++ {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			if now := c.lastMoved(); now != last || c.pacing() || c.resting.Load() > 0 {
				last, still = now, -1
			}
		}
		c.fail(&IdleError{Timeout: c.opts.IdleTimeout, Side: c.waitingFor()}, false, nil)
	}()
	return func() { close(quit); <-gone }
}
