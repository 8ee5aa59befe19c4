package transfer

import "bpcopy/internal/stream"

// change is the inbox of a running copy, for everybody but its engine: whoever
// cancels it, finds it idle, ends a pause, or sees a destination leave. It
// calls do under the lock, and then lets the machine and the engine find out
// what that changes for them. A copy that is over takes no more changes.
func (c *Copy) change(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	do()
	c.settle()
	c.engine.wake()
}

// abort ends the copy because of err, which is the fault of neither end.
func (c *Copy) abort(err error) {
	c.fail(err, func() {
		if c.pipeline != nil {
			c.pipeline.Abort()
		} else {
			c.readable.Destroy(stream.Fault(stream.CodeAborted))
		}
	})
}

// fail ends the copy because of err, of which tell tells the machine. The first
// failure is the one that counts. Every end is told to let go.
func (c *Copy) fail(err error, tell func()) {
	c.change(func() {
		c.err = err
		tell()
		c.settle()
		c.finish()
		c.input.src.Cancel()
		for _, out := range c.outs {
			out.dst.Cancel()
		}
	})
}

// finish lets all goroutines go. The lock is held.
func (c *Copy) finish() {
	c.over = true
	c.letGo()
	c.engine.wake()
}
