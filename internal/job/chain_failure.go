package job

import (
	"context"
	"time"

	"bpcopy/internal/side"
)

// why returns what has ended everything: a stage that failed, or what did before that. It
// returns nil if nothing has.
func (c *chain) why(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil || cause == errFailed {
		return c.failed()
	}
	return cause
}

// awaitSignal gives the signal that has ended a stage the time to end this process, too,
// if the terminal has sent it to both.
func awaitSignal(ctx context.Context) {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// failed returns the error of the first stage that has failed, or nil. The ones behind it
// may have failed because their input was not complete.
func (c *chain) failed() error {
	for _, l := range c.links {
		if err := l.failed.Load(); err != nil {
			return *err
		}
	}
	return nil
}

// endFailed ends the stages that are left if one has failed: no bytes are under way any
// more.
func (c *chain) endFailed() {
	if c.failed() != nil {
		c.cancel(errFailed)
	}
}

// stuckAfter is how long no byte may come to the destinations once a stage has failed.
// Somebody else may hold its pipe open, or the stage behind it may go on for ever.
const stuckAfter = 500 * time.Millisecond

// drain ends everything some time after a stage has failed: when the destinations wait,
// and nothing moves. The function it returns stops that and waits for it.
func (c *chain) drain(ctx context.Context) (stop func()) {
	ctx, quit := context.WithCancel(ctx)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-c.fails:
			c.drainUntilStuck(ctx)
		case <-ctx.Done():
		}
	}()
	return func() { quit(); <-gone }
}

// drainUntilStuck counts the looks at which nothing had moved, and not the time: the
// destinations are not to blame for time in which this very process was stopped.
func (c *chain) drainUntilStuck(ctx context.Context) {
	const looks = 10
	ticker := time.NewTicker(stuckAfter / looks)
	defer ticker.Stop()
	var last time.Time
	for still := 0; still < looks; still++ {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		now, _ := c.whole()
		if moved := now.LastMoved; !moved.Equal(last) || now.Awaited.Side == side.Destination {
			last, still = moved, -1
		}
	}
	c.endFailed()
}

// excused reports whether a stage that has failed has done so because the next one
// took no more: then that one tells whether anything is wrong.
func (c *chain) excused(ctx context.Context, k int) bool {
	l := c.links[k]
	select {
	case <-l.unread:
	default:
		return false
	}
	if k+1 == len(c.links) {
		return false
	}
	next := c.links[k+1]
	select {
	case <-next.Gone():
	case <-ctx.Done():
		return true
	}
	return next.Err() != nil || l.PipeBroke()
}
