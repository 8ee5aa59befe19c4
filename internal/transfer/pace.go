package transfer

import (
	"context"
	"time"
)

// slice waits until the next of size bytes may go, and says how many.
func (o *output) slice(ctx context.Context, size int64) (int64, error) {
	if o.pacer == nil {
		return min(size, mostAtOnce), nil
	}
	now := time.Now()
	n, at := o.pacer.Next(now, size)
	if wait := at.Sub(now); wait > 0 {
		return n, o.pace(ctx, wait)
	}
	return n, nil
}

// pace waits for a slice's time.
func (o *output) pace(ctx context.Context, wait time.Duration) error {
	o.activity.pacing.Store(true)
	defer o.activity.pacing.Store(false)
	if wait < shortNap {
		o.nap(wait)
		return context.Cause(ctx)
	}
	if o.timer == nil {
		o.timer = time.NewTimer(wait)
	} else {
		o.timer.Reset(wait)
	}
	select {
	case <-o.timer.C:
		return nil
	case <-ctx.Done():
		o.timer.Stop()
		return context.Cause(ctx)
	}
}
