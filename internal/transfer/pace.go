package transfer

import (
	"context"
	"time"
)

// slice waits until the next of size bytes may go, and says how many.
func (c *Copy) slice(ctx context.Context, size int64) (int64, error) {
	if c.pacer == nil {
		return min(size, mostAtOnce), nil
	}
	now := time.Now()
	n, at := c.pacer.Next(now, size)
	if wait := at.Sub(now); wait > 0 {
		return n, c.pace(ctx, wait)
	}
	return n, nil
}

// pace waits for a slice's time.
func (c *Copy) pace(ctx context.Context, wait time.Duration) error {
	c.activity.pacing.Store(true)
	defer c.activity.pacing.Store(false)
	if wait < shortNap {
		c.nap(wait)
		return context.Cause(ctx)
	}
	if c.timer == nil {
		c.timer = time.NewTimer(wait)
	} else {
		c.timer.Reset(wait)
	}
	select {
	case <-c.timer.C:
		return nil
	case <-ctx.Done():
		c.timer.Stop()
		return context.Cause(ctx)
	}
}
