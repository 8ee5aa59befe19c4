package transfer

import (
	"context"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/ledger"
)

// both serves the source and the one destination of a copy, where neither makes
// anybody wait. It belongs to one goroutine.
type both struct {
	*Copy
	out *output

	fromFile    bool // a read may wait for a disk
	reading     bool // the machine wants a chunk
	sourceEnded bool // by its script
	// How long the paces of the source and the destination still want to wait.
	readIn, writeIn time.Duration
}

func newBoth(c *Copy, ends conduit.Tried) both {
	c.input.move, c.outs[0].move = ends.TryFill, ends.TryFlush
	src, ok := c.input.src.(FileSource)
	return both{Copy: c, out: c.outs[0], fromFile: ok && src.Regular()}
}

// take takes up what the machine asks for. It reports whether the copy goes on.
func (p *both) take() bool {
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
func (p *both) read() (moved bool) {
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
func (p *both) write(ctx context.Context) (moved bool) {
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

// move moves what goes now, and reports whether that came to anything. Reading
// goes first, because a destination is slower than the source by definition. A
// source that ignores backpressure takes turns with it.
func (p *both) move(ctx context.Context) (moved bool) {
	moved = p.read()
	if !moved || p.opts.IgnoreBackpressure {
		moved = p.write(ctx) || moved
	}
	return moved
}

// wait is what a copy waits for in which nothing moves.
type wait struct {
	source, destination doing
	limit               time.Duration // the longest time; conduit.Forever if there is none
	holder              ledger.Holder // whose time it is
}

// awaits says what is waited for, as nothing moves. If an end has ended by
// itself, nothing is.
func (p *both) awaits(ctx context.Context) (w wait, over bool) {
	if w.limit, over = p.endings(ctx); over {
		return w, true
	}
	if p.reading {
		w.source, w.limit = waitFor(p.readIn, w.limit)
	}
	if p.out.left > 0 {
		w.destination, w.limit = waitFor(p.writeIn, w.limit)
	}
	p.input.now(w.source)
	p.out.now(w.destination)
	w.holder = p.holder()
	return w, false
}

// waitedFor says that the wait is over.
func (p *both) waitedFor(w wait) {
	p.waited(w.holder)
	p.input.now(idle)
	p.out.now(idle)
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
func (p *both) endings(ctx context.Context) (in time.Duration, over bool) {
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
