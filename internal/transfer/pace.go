package transfer

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
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
	clock   *clock.Clock

	mu    sync.Mutex     // guards what follows, and the line
	slice throttle.Slice // the one that goes next, or goes now
	held  bool           // there is one
	known time.Time      // when the script ends the copy, as far as that was told
	tell  func()         // says that this has changed; nil where nobody wants to hear
}

// due says how many of size bytes, with others behind them, may go now, or else how
// long to wait for the next, conduit.Forever where nothing will go. What it says it
// says again until the bytes have passed. Where the script ends the copy instead,
// the error is a *scriptedEnd.
func (p *pace) due(size, behind int64) (slice int64, wait time.Duration, err error) {
	if p.line == nil {
		return min(size, p.atOnce), 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	if !p.held {
		p.slice, p.held = p.line.Next(now, size, behind), true
	}
	if p.slice.Never {
		return 0, conduit.Forever, nil
	}
	if wait := p.slice.At.Sub(now); wait > 0 {
		return 0, wait, nil
	}
	if p.slice.End != nil {
		return 0, 0, &scriptedEnd{p.slice.End}
	}
	return p.slice.Bytes, 0, nil
}

// passed says that so many bytes of the slice went, and whether the others will
// not.
func (p *pace) passed(n int64, done bool) {
	if p.line == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slice.Bytes -= n
	if done {
		p.line.GiveBack(p.slice.Bytes)
	}
	if p.held = p.slice.Bytes > 0 && !done; !p.held {
		now := p.clock.Now()
		p.line.Took(now.Sub(p.slice.At))
		if p.tell == nil {
			return
		}
		if at, end := p.line.Ends(now, throttle.Idle); end != nil && !at.Equal(p.known) {
			p.known = at
			p.tell()
		}
	}
}

// begin begins a script that the clock alone brings to its end.
func (p *pace) begin() {
	if p.line != nil {
		p.line.Ends(p.clock.Now(), throttle.Idle)
	}
}

// afterAll is how long a slice gets whose own time ends later than the script.
const afterAll = 10 * time.Millisecond

// endsIn is how long it takes until the script ends the copy, whatever moves, and
// how; conduit.Forever and nil where nothing is known of that yet. A slice whose
// moment is yet to come goes before.
func (p *pace) endsIn() (time.Duration, *scriptedEnd) {
	if p.line == nil {
		return conduit.Forever, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now, going := p.clock.Now(), throttle.Idle
	if p.held {
		going = throttle.Going
	}
	at, end := p.line.Ends(now, going)
	if end == nil || p.held && p.slice.End != nil { // what is due says so itself
		return conduit.Forever, nil
	}
	if p.held && !at.After(p.slice.At) {
		at = p.slice.At.Add(afterAll)
	}
	return max(0, at.Sub(now)), &scriptedEnd{end}
}

// next waits until the next of size bytes may go, and says how many.
func (p *pace) next(ctx context.Context, size, behind int64) (int64, error) {
	for {
		slice, wait, err := p.due(size, behind)
		if wait == 0 || err != nil {
			return slice, err
		}
		if err := p.sleep(ctx, wait); err != nil {
			return 0, err
		}
	}
}

// sleep waits for d, or for the end of ctx.
func (p *pace) sleep(ctx context.Context, d time.Duration) error {
	p.waiting.Store(true)
	defer p.waiting.Store(false)
	switch {
	case d < 0:
		<-ctx.Done()
		return context.Cause(ctx)
	case d < shortNap:
		p.nap(d)
		return context.Cause(ctx)
	case p.timer == nil:
		p.timer = time.NewTimer(d)
	default:
		p.timer.Reset(d)
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
		if src, ok := src.(interface{ Ended() error }); ok {
			return src.Ended()
		}
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
