package transfer

import (
	"context"
	"errors"
	"time"

	"bpcopy/internal/conduit"
)

// polled looks after both ends of a copy in one goroutine, where neither makes it
// wait in the midst of a call: it waits for both at once, and for their time.
// Handing each chunk from one goroutine to another costs more than moving it.
type polled struct {
	*Copy
	ends conduit.Polled
	out  *output

	reading bool // the machine wants a chunk
	// The source's script has ended it.
	sourceEnded bool
	left        int64 // bytes that it wants written
	behind      int64 // bytes that wait behind them
	// How long the paces of the source and the destination still want to wait.
	readIn, writeIn time.Duration
}

// servePolled does what the machine asks for until the copy is over. Reading goes
// first, a destination being slower than the source by definition; a source that
// heeds nobody takes turns with it.
func (c *Copy) servePolled(ctx context.Context, ends conduit.Polled) {
	p := &polled{Copy: c, ends: ends, out: c.outs[0]}
	for p.take() {
		moved := p.read()
		if !moved || c.opts.MemoryLimit > 0 {
			moved = p.write(ctx) || moved
		}
		if !moved {
			p.wait(ctx)
		}
		c.turn.yield()
	}
}

// take takes up what the machine asks for. It reports whether the copy goes on.
func (p *polled) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked {
		p.asked, p.reading = false, true
	}
	if p.out.asked {
		p.left, p.behind = p.out.takeUp()
	}
	return !p.over && p.out.lost == nil
}

// read reads the chunk that the machine wants, if there is one now.
func (p *polled) read() bool {
	if !p.reading {
		return false
	}
	n, err := p.tryRead(p.chunk())
	if n == 0 && err == nil {
		return false
	}
	p.reading = false
	p.tellRead(n, err)
	return true
}

func (p *polled) tryRead(size int64, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	slice, wait, err := p.producer.due(size, 0)
	p.readIn = wait
	if end, ok := errors.AsType[*scriptedEnd](err); ok {
		return 0, end.saidBy(p.src)
	}
	if wait != 0 || err != nil {
		return 0, err
	}
	p.input.busy.Store(true) // a disk makes it wait all the same
	n, err := p.ends.TryFill(slice)
	p.input.busy.Store(false)
	if n > 0 || err != nil {
		p.input.moved(n)
		p.producer.passed(n, true)
	}
	return n, err
}

// write writes what the machine wants written, as far as it is taken now.
func (p *polled) write(ctx context.Context) bool {
	if p.left == 0 {
		return false
	}
	n, err := p.tryWrite()
	p.left -= n
	switch {
	case err != nil:
		p.left = 0
		p.out.failed(ctx, err)
	case p.left == 0:
		p.out.tellWritten()
	}
	return n > 0 || err != nil
}

func (p *polled) tryWrite() (int64, error) {
	slice, wait, err := p.out.pace.due(p.left, p.behind)
	p.writeIn = wait
	if end, ok := errors.AsType[*scriptedEnd](err); ok {
		return 0, end.refusedBy(p.out.dst)
	}
	if wait != 0 || err != nil {
		return 0, err
	}
	p.out.activity.busy.Store(true)
	n, err := p.ends.TryFlush(slice)
	p.out.activity.busy.Store(false)
	p.out.activity.moved(n)
	p.out.pace.passed(n, err != nil)
	return n, err
}

// wait waits until there is something to do again, or an end has ended by itself.
func (p *polled) wait(ctx context.Context) {
	limit, over := p.endings(ctx)
	if over {
		return
	}
	readWaits, writeWaits := p.reading && p.readIn != 0, p.left > 0 && p.writeIn != 0
	in, out := p.reading && !readWaits, p.left > 0 && !writeWaits
	d := limit
	if readWaits {
		d = sooner(d, p.readIn)
	}
	if writeWaits {
		d = sooner(d, p.writeIn)
	}
	p.say(in, out, readWaits, writeWaits)
	err := p.ends.Wait(in, out, d)
	p.say(false, false, false, false)
	if err != nil {
		p.left = 0
		p.out.failed(ctx, err)
	}
}

// endings ends what the scripts end now, whatever moves, and reports whether they
// do. Else it says in which time they may, or conduit.Forever.
func (p *polled) endings(ctx context.Context) (in time.Duration, over bool) {
	in, end := p.out.pace.endsIn()
	if end != nil && in == 0 {
		p.left = 0
		p.out.failed(ctx, end.refusedBy(p.out.dst))
		return 0, true
	}
	if p.sourceEnded {
		return in, false
	}
	readIn, end := p.producer.endsIn()
	if end != nil && readIn == 0 {
		p.reading, p.sourceEnded = false, true
		p.tellRead(0, end.saidBy(p.src))
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

// say tells whoever looks at the copy what is waited for.
func (p *polled) say(source, destination, sourcesTime, destinationsTime bool) {
	p.input.busy.Store(source)
	p.input.pacing.Store(sourcesTime)
	p.out.activity.busy.Store(destination)
	p.out.activity.pacing.Store(destinationsTime)
}
