// Package transfer runs one copy in real time. It drives the machine of package
// stream between an opened source and opened destinations, while the bytes wait
// in a conduit. It opens nothing and draws nothing.
//
// The words of this package:
//
//   - The machine decides what happens next: it asks for a chunk to be read or
//     a batch to be written, and is told when that is done.
//   - An end is the source or one destination, with its pace and its activity.
//   - The engine does what the machine asks for. There are four of them, and
//     New chooses one for the copy: see newEngine.
//   - The pace of an end makes it wait for its time, as a rate or a script
//     says.
//   - A change is what anybody but the engine wants of a running copy: see
//     Copy.change.
//
// The machine belongs to whoever holds the copy's lock. Nobody holds the lock
// while reading, writing or waiting.
package transfer

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// Copy is one copy. Make it with [New], then call [Copy.Run] once. Copies may
// run side by side: a copy changes nothing that belongs to the whole process.
type Copy struct {
	opts   *Options        // not to be changed: several copies may have the same
	bytes  conduit.Conduit // where they wait
	engine engine
	input  *input
	outs   []*output
	clock  *clock.Clock

	newSleeper func() sleeper // for watchDestinations

	userPauses atomic.Int32 // how many are on
	waits      waits

	mu       sync.Mutex // held around every call of the machine; guards what follows
	machine  *stream.Machine
	readable *stream.Readable
	pipeline *stream.Pipeline
	start    time.Time
	end      time.Time // zero while the copy runs
	ledger   *ledger.Ledger
	err      error  // the first failure, from the moment it is known
	open     int32  // destinations whose streams have not closed
	over     bool   // nothing more is to be asked or answered
	letGo    func() // ends every wait for a time
}

// New prepares a copy from src to every one of dsts.
func New(src Source, dsts []Destination, opts Options) (*Copy, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	ends := make([]conduit.Destination, len(dsts))
	for i, dst := range dsts {
		ends[i] = dst
	}
	want, err := opts.conduitChoice()
	if err != nil {
		return nil, err
	}
	bytes, err := conduit.Open(src, ends, conduit.Options{
		Want: want, Hold: opts.hold(), Chunk: opts.ChunkSize, KeepHoles: opts.KeepHoles,
	})
	if err != nil {
		return nil, err
	}
	return newCopy(src, dsts, opts, bytes), nil
}

// newCopy prepares a copy whose bytes wait in a conduit of these ends.
func newCopy(src Source, dsts []Destination, opts Options, bytes conduit.Conduit) *Copy {
	return newCopyWith(src, dsts, &opts, bytes)
}

// newCopyWith is newCopy with options that may be those of other copies as well.
func newCopyWith(src Source, dsts []Destination, opts *Options, bytes conduit.Conduit) *Copy {
	c := &Copy{opts: opts, bytes: bytes, clock: opts.Clock, newSleeper: newSleeper}
	c.ledger = ledger.New(len(dsts))
	if opts.Series {
		c.ledger.KeepSeries()
		c.waits.track = ledger.NewHolderTrack()
	}
	if c.clock == nil {
		c.clock = clock.New()
	}
	c.start = c.clock.Now()
	c.machine = stream.New(observer{c}, opts.Rules)
	c.input = newInput(c, src, opts.Seed+uint64(len(dsts)))
	for i, dst := range dsts {
		c.outs = append(c.outs, newOutput(c, i, dst))
	}
	c.engine = newEngine(c)
	return c
}

// Conduit names the kind of conduit that carries the bytes.
func (c *Copy) Conduit() string { return c.bytes.Name() }

// WantsOneProcessor reports whether the copy is faster where Go's runtime has
// one processor only, see [runtime.GOMAXPROCS]: one goroutine does everything,
// and nobody hears its events.
//
// Other processors find nothing to do then. What they do all the same costs a
// third of a copy: they wait for descriptors in the runtime's own way, and
// every arrival wakes them. The copy leaves that switch alone, because it
// belongs to the whole process.
func (c *Copy) WantsOneProcessor() bool {
	return c.engine.goroutines() == 1 && c.opts.Observe == nil
}

// Run copies until the end, the first failure or the end of ctx, whose cause is
// then the error. When it returns, neither side is in use any more.
func (c *Copy) Run(ctx context.Context) error {
	engineCtx, letGo := context.WithCancel(ctx)
	defer letGo()
	c.begin(letGo)
	stop := context.AfterFunc(ctx, func() { c.abort(context.Cause(ctx)) })
	idleOver, slowOver := c.watchIdle(), c.watchSpeed()
	c.engine.run(engineCtx)
	idleOver()
	slowOver()
	stop()
	return c.finished()
}

// begin lets the machine ask for the first chunk. From then on letGo ends every
// wait for a time.
func (c *Copy) begin(letGo func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letGo = letGo
	c.start = c.clock.Now()
	c.input.begin(c.start)
	if c.opts.Totals != nil {
		c.input.total, c.outs[0].total = &c.opts.Totals.Read, &c.opts.Totals.Written
	}
	writables := make([]*stream.Writable, len(c.outs))
	for i, out := range c.outs {
		out.begin(c.start)
		writables[i] = out.writable
	}
	c.open = int32(len(c.outs))
	if c.opts.KeepGoing || c.opts.IgnoreBackpressure {
		for _, w := range writables {
			c.readable.Pipe(w, stream.PipeOptions{IgnoreBackpressure: c.opts.IgnoreBackpressure})
		}
	} else {
		c.pipeline = c.machine.Pipeline(c.readable, writables...)
	}
	c.settle()
}

// finished notes the end, frees the conduit, and returns what Run is to return.
func (c *Copy) finished() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complete()
	c.end = c.clock.Now()
	err := c.bytes.Close()
	if c.err != nil {
		err = c.err // what failed before says more
	}
	for _, out := range c.outs {
		if out.lost != nil {
			err = errors.Join(err, out.lost)
		}
	}
	return err
}

// complete has the conduit do what it has left for the end. A destination for which
// that fails is not complete, although the machine has heard that it is. The lock is
// held.
func (c *Copy) complete() {
	deferring, ok := c.bytes.(conduit.Deferring)
	if !ok || c.err != nil {
		return
	}
	for i, out := range c.outs {
		if out.lost != nil {
			continue
		}
		err := deferring.Complete(i)
		switch {
		case err == nil:
		case c.opts.KeepGoing:
			out.lost = err
		case c.err == nil:
			c.err = err
		}
	}
}

// Err returns what ended the copy for all destinations, or nil.
func (c *Copy) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Lost returns why the destination with that index dropped out, or nil.
func (c *Copy) Lost(dst int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.outs[dst].lost
}
