package transfer

import (
	"context"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/ledger"
)

// polling is the engine of one goroutine that sees to both ends, where neither
// makes it wait in the midst of a call. It waits for both at once, and for
// their time.
type polling struct {
	*Copy
	ends conduit.Polled
	out  *output
	turn turn

	fromFile    bool // a read may wait for a disk
	reading     bool // the machine wants a chunk
	sourceEnded bool // by its script
	// How long the paces of the source and the destination still want to wait.
	readIn, writeIn time.Duration
}

func newPolling(c *Copy, ends conduit.Polled) *polling {
	c.input.move, c.outs[0].move = ends.TryFill, ends.TryFlush
	if !c.opts.OwnProcess {
		ends.Share()
	}
	src, ok := c.input.src.(FileSource)
	return &polling{Copy: c, ends: ends, out: c.outs[0], fromFile: ok && src.Regular()}
}

func (*polling) goroutines() int { return 1 }

func (p *polling) wake() { p.ends.Wake() }

// run lets reading go first, because a destination is slower than the source by
// definition. A source that ignores backpressure takes turns with it.
func (p *polling) run(ctx context.Context) {
	defer p.clock.Tick()()
	for p.take() {
		moved := p.read()
		if !moved || p.opts.IgnoreBackpressure {
			moved = p.write(ctx) || moved
		}
		if !moved {
			p.wait(ctx)
		}
		p.turn.yield()
	}
}

// take takes up what the machine asks for. It reports whether the copy goes on.
func (p *polling) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return false
	}
	if p.input.take() == read {
		p.reading = true
	}
	return p.out.take() != stop
}

// read reads the chunk that the machine wants, and reports whether there was
// one.
func (p *polling) read() (moved bool) {
	if !p.reading {
		return false
	}
	var n int64
	size, err := p.input.chunk()
	if err == nil {
		n, p.readIn, err = p.input.step(size, 0)
	}
	if n == 0 && err == nil {
		return false
	}
	p.reading = false
	if p.out.left == 0 || p.fromFile {
		p.tookTime(&p.input.activity)
	} else { // both sides move at once: neither call waits
		p.waits.until(time.Duration(p.input.last.Load()), ledger.ByProgram)
	}
	p.input.tell(n, err)
	return true
}

// write writes what the machine wants written, as far as the destination takes
// it now. It reports whether that came to anything.
func (p *polling) write(ctx context.Context) (moved bool) {
	if p.out.left == 0 {
		return false
	}
	var n int64
	var err error
	n, p.writeIn, err = p.out.step(p.out.left, p.out.behind)
	p.out.left -= n
	if n > 0 {
		p.tookTime(&p.out.activity)
	}
	switch {
	case err != nil:
		p.out.failed(ctx, err)
	case p.out.left == 0:
		p.out.tell()
	}
	return n > 0 || err != nil
}

// wait waits until there is something to do again, or an end has ended by
// itself.
func (p *polling) wait(ctx context.Context) {
	limit, over := p.endings(ctx)
	if over {
		return
	}
	source, destination := idle, idle
	if p.reading {
		source, limit = waitFor(p.readIn, limit)
	}
	if p.out.left > 0 {
		destination, limit = waitFor(p.writeIn, limit)
	}
	p.input.now(source)
	p.out.now(destination)
	holder := p.holder()
	err := p.ends.Wait(source == moving, destination == moving, limit)
	p.waited(holder)
	p.input.now(idle)
	p.out.now(idle)
	if err != nil {
		p.out.failed(ctx, err)
	}
}

// waitFor is what an end waits for that has something to do in the time in, and
// how long everybody may wait then who may wait for limit.
func waitFor(in, limit time.Duration) (doing, time.Duration) {
	if in == 0 {
		return moving, limit
	}
	return pacing, sooner(limit, in)
}

// endings ends what the scripts end now, whatever moves, and reports whether
// they do. Else it says in which time they may, or conduit.Forever.
func (p *polling) endings(ctx context.Context) (in time.Duration, over bool) {
	in, end := p.out.pace.endsIn()
	if end != nil && in == 0 {
		p.out.failed(ctx, p.out.said(end))
		return 0, true
	}
	if p.sourceEnded {
		return in, false
	}
	readIn, end := p.input.pace.endsIn()
	if end != nil && readIn == 0 {
		p.reading, p.sourceEnded = false, true
		p.input.tell(0, p.input.said(end))
		return 0, true
	}
	return sooner(in, readIn), false
}

// sooner is the shorter one of two waits, each of which may be conduit.Forever.
func sooner(a, b time.Duration) time.Duration {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}
