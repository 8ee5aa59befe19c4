package transfer

import (
	"context"

	"bpcopy/internal/conduit"
)

// engine moves the bytes of one copy: it does what the machine asks for. How
// many goroutines that takes is its own business.
type engine interface {
	// run works until the copy is over, and waits for all that it starts. The
	// end of ctx ends every wait for a time.
	run(ctx context.Context)
	// wake makes it look again at what is asked of it. The lock is held.
	wake()
	// goroutines is how many move bytes.
	goroutines() int
}

// newEngine chooses the engine of a copy, once:
//
//   - polling, where the conduit can wait for both ends at once;
//   - Turns, where somebody else does that;
//   - single, where the source makes nobody wait;
//   - several, a goroutine for each end, everywhere else.
//
// All but the last need one goroutine. To hand each chunk from one goroutine to
// another costs more than to move it.
func newEngine(c *Copy) engine {
	switch bytes := c.bytes.(type) {
	case conduit.Polled:
		return newPolling(c, bytes)
	case conduit.Tried:
		return newTurns(c, bytes)
	case conduit.Blocking:
		c.input.move = bytes.Fill
		for i, out := range c.outs {
			out.move = func(size int64) (int64, error) { return bytes.Flush(i, size) }
		}
		if c.suitsSingle() {
			return newSingle(c)
		}
		return newSeveral(c)
	}
	panic("BUG: transfer: a conduit that is neither blocking nor polled")
}
