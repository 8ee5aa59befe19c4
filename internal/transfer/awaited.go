package transfer

import (
	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// awaited is the end that the copy waits for. Unlike waitingFor it also tells of
// an end that waits for its time. The lock is held.
func (c *Copy) awaited() ledger.Awaited {
	switch {
	case c.anyOutput(moving):
		return c.awaitedDestination(moving)
	case c.anyOutput(pacing):
		return c.awaitedDestination(pacing)
	case c.input.is(pacing):
		return ledger.Awaited{Side: side.Source, Scripted: !c.opts.Producer.IsZero()}
	case c.input.is(moving):
		return ledger.Awaited{Side: side.Source}
	}
	return ledger.Awaited{}
}

// awaitedDestination is awaited where destinations are doing that.
func (c *Copy) awaitedDestination(d doing) ledger.Awaited {
	a := ledger.Awaited{Side: side.Destination}
	several := false
	for i, out := range c.outs {
		if !out.is(d) {
			continue
		}
		a.Destination, several = i+1, several || a.Destination > 0
		if d == pacing && i < len(c.opts.Consumers) && !c.opts.Consumers[i].IsZero() {
			a.Scripted = true
		}
	}
	if several {
		a.Destination = 0
	}
	return a
}
