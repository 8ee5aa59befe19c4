package transfer

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"bpcopy/internal/throttle"
)

// pace makes one end wait for its time, as a script has it. It belongs to the
// goroutine at that end.
type pace struct {
	line    *throttle.Line      // nil where nothing holds it up
	atOnce  int64               // most bytes of a slice then
	nap     func(time.Duration) // waits for less than shortNap
	timer   *time.Timer
	waiting *atomic.Bool // told to whoever looks at the copy
}

// next waits until the next of size bytes may go, and says how many. Where the
// script ends the copy instead, the error is a *scriptedEnd.
func (p *pace) next(ctx context.Context, size int64) (int64, error) {
	if p.line == nil {
		return min(size, p.atOnce), nil
	}
	now := time.Now()
	slice := p.line.Next(now, size)
	if err := p.wait(ctx, slice, now); err != nil {
		return 0, err
	}
	if slice.End != nil {
		return 0, &scriptedEnd{slice.End}
	}
	return slice.Bytes, nil
}

// passed says how many bytes of a slice went.
func (p *pace) passed(n, slice int64) {
	if p.line != nil {
		p.line.GiveBack(slice - n)
	}
}

func (p *pace) wait(ctx context.Context, slice throttle.Slice, now time.Time) error {
	wait := slice.At.Sub(now)
	switch {
	case slice.Never:
	case wait <= 0:
		return nil
	}
	p.waiting.Store(true)
	defer p.waiting.Store(false)
	if slice.Never {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	if wait < shortNap {
		p.nap(wait)
		return context.Cause(ctx)
	}
	if p.timer == nil {
		p.timer = time.NewTimer(wait)
	} else {
		p.timer.Reset(wait)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		p.timer.Stop()
		return context.Cause(ctx)
	}
}

// scriptedEnd is the end of a copy that its script wanted.
type scriptedEnd struct{ end *throttle.End }

func (e *scriptedEnd) Error() string {
	if e.end.Code == "" {
		return "closed by the script"
	}
	return "failed by the script: " + e.end.Code
}

// saidBy is what src would have said itself: the end of the source, or an error.
func (e *scriptedEnd) saidBy(src Source) error {
	err := e.end.Err()
	if err == nil {
		return io.EOF
	}
	if src, ok := src.(interface{ ReadError(error) error }); ok {
		return src.ReadError(err)
	}
	return err
}

// refusedBy is what dst would have said itself.
func (e *scriptedEnd) refusedBy(dst Destination) error {
	err := e.end.Err()
	if err == nil {
		if dst, ok := dst.(interface{ Gone() error }); ok {
			return dst.Gone()
		}
		return e
	}
	if dst, ok := dst.(interface{ WriteError(error) error }); ok {
		return dst.WriteError(err)
	}
	return err
}
