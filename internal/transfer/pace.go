package transfer

import (
	"context"
	"sync"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
	"bpcopy/internal/throttle"
)

// pace makes one end wait for its time, as a script has it. It belongs to the
// goroutine at that end, but whoever watches the script may ask when it ends.
type pace struct {
	line    *throttle.Line      // nil where nothing holds it up
	delays  bool                // the script does
	atOnce  int64               // most bytes of a slice then
	oneCall bool                // one call moves all of a slice that it ever will
	nap     func(time.Duration) // waits for less than shortNap, at most so long; nil leaves that to the timer
	timer   *time.Timer
	clock   *clock.Clock

	mu    sync.Mutex     // guards what follows, and the line
	late  bool           // the script is to start later
	slice throttle.Slice // the one that goes next, or goes now
	held  bool           // there is one
	// What the source has given is on its way to the machine, which is yet to hear of
	// it. Nobody asks that of a destination.
	untold bool
	over   *scriptedEnd // how whoever watches the script has ended the source; nil if not
	known  time.Time    // when the script ends the copy, as far as that was told
	tell   func()       // says that this has changed; nil where nobody wants to hear
}

// SharePaces lets all copies with these options have the same paces where they
// have no scripts, which saves memory. They must be copies in turns. The clock
// and the chunk size must not be changed any more.
func (o *Options) SharePaces() {
	o.paces = make(map[int64]*pace)
	for _, atOnce := range []int64{o.ChunkSize, mostAtOnce} {
		o.paces[atOnce] = &pace{atOnce: atOnce, clock: o.Clock, late: o.LateScripts}
	}
}

// due says how many of size bytes may go now, with behind others behind them.
// If none may, it says how long to wait, or conduit.Forever where nothing will
// go. It gives the same answer until the bytes have passed. Where the script
// ends the copy instead, it says how.
func (p *pace) due(size, behind int64) (slice int64, wait time.Duration, end *scriptedEnd) {
	if p.line == nil {
		return min(size, p.atOnce), 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over != nil {
		return 0, 0, p.over
	}
	now := p.clock.Now()
	if !p.held {
		p.slice = p.line.Next(now, size, behind)
		p.held = p.slice.Bytes > 0 || p.slice.End != nil || p.slice.Never
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
	p.untold = true
	return p.slice.Bytes, 0, nil
}

// told says that the machine has heard of what has passed.
func (p *pace) told() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.untold = false
}

// ends says that the script has ended the source: nothing is due any more, also
// what its goroutine waits to read a little late. It reports whether the machine
// has heard of all that has passed, or is passing.
func (p *pace) ends(end *scriptedEnd) (told bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = end
	return !p.untold
}

// written says that bytes were written to this end. If its script delays, they
// arrive later.
func (p *pace) written(bytes int64) {
	if !p.delays {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line.Enter(p.clock.Now(), bytes)
}

// passed says that n bytes of the slice went, and why no others will, if so.
// What does not go is given back.
func (p *pace) passed(n int64, err error) {
	if p.line == nil || n == 0 && err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slice.Bytes -= n
	if err != nil || p.oneCall {
		p.line.GiveBack(p.slice.Bytes)
		p.slice.Bytes = 0
	}
	if p.held = p.slice.Bytes > 0; !p.held {
		p.done()
	}
}

// done tells of a slice that has gone, and when the script ends the copy now.
func (p *pace) done() {
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

// begin begins a script that the clock alone brings to its end.
func (p *pace) begin() {
	if p.line != nil && !p.late {
		p.line.Ends(p.clock.Now(), throttle.Idle)
	}
}

// start starts a script that is late, unless a byte has started it.
func (p *pace) start() {
	if p.line == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = false
	p.line.Begin(p.clock.Now())
}

// stall returns the stall of the script in which it is at a moment, or else the
// next one, as far as the clock alone tells.
func (p *pace) stall(at time.Time) (throttle.Stall, bool) {
	if p.line == nil {
		return throttle.Stall{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line.Stall(at, p.going())
}

// going says what became of the last slice. The lock is held.
func (p *pace) going() throttle.Last {
	if p.held {
		return throttle.Going
	}
	return throttle.Idle
}

// afterAll is how long a slice gets whose own time ends later than the script.
const afterAll = 10 * time.Millisecond

// endsIn is how long it takes until the script ends the copy, whatever moves,
// and how it does. It is conduit.Forever and nil while nothing is known of
// that. A slice whose moment is yet to come goes first.
func (p *pace) endsIn() (time.Duration, *scriptedEnd) {
	if p.line == nil {
		return conduit.Forever, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late {
		return conduit.Forever, nil
	}
	now := p.clock.Now()
	at, end := p.line.Ends(now, p.going())
	if end == nil || p.held && p.slice.End != nil { // what is due says so itself
		return conduit.Forever, nil
	}
	if p.held && !at.After(p.slice.At) {
		at = p.slice.At.Add(afterAll)
	}
	return max(0, at.Sub(now)), &scriptedEnd{end}
}

// sleep waits for d at most, or for the end of ctx. Whoever calls it asks again
// whether it is time.
func (p *pace) sleep(ctx context.Context, d time.Duration) error {
	switch {
	case d < 0:
		<-ctx.Done()
		return context.Cause(ctx)
	case d < shortNap && p.nap != nil:
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
