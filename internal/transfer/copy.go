// Package transfer runs one copy in real time: the machine of package stream
// between an opened source and an opened destination, with the bytes waiting in
// a conduit. It opens nothing and draws nothing.
//
// A goroutine for each end does the work. The reader fills the conduit when the
// machine asks to read, a writer flushes it when the machine asks to write, and
// each tells the machine when it is done. Where the conduit can wait for both ends
// at once, or the source never makes anybody wait, one goroutine does both. The
// machine belongs to whoever holds the lock; nobody holds it while he reads,
// writes or waits.
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
	"bpcopy/internal/throttle"
)

// Copy is one copy. Make it with [New], then call [Copy.Run] once.
type Copy struct {
	src      Source
	opts     Options
	bytes    conduit.Conduit
	outs     []*output
	input    activity
	single   bool // there is one destination
	turn     turn // of the goroutine that does everything, if one does
	producer *pace

	clock *clock.Clock

	newSleeper func() sleeper // of what runs beside two goroutines or more

	resting atomic.Int32 // pauses of the user's that are on

	mu       sync.Mutex // held around every call of the machine; guards what follows
	machine  *stream.Machine
	readable *stream.Readable
	pipeline *stream.Pipeline
	start    time.Time
	end      time.Time // zero while the copy runs
	ledger   *ledger.Ledger
	err      error  // the first failure, from the moment it is known
	open     int    // destinations whose streams have not closed
	over     bool   // nothing more is to be asked or answered
	ended    bool   // the source has, and nothing more is to be told of it
	letGo    func() // ends every wait for its time
	asked    bool   // the machine wants a chunk, and nobody has taken that up yet
	toRead   *sync.Cond
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
	bytes, err := conduit.Open(opts.Conduit, src, ends, opts.hold(), opts.ChunkSize)
	if err != nil {
		return nil, err
	}
	c := &Copy{src: src, opts: opts, bytes: bytes, single: len(dsts) == 1, clock: opts.Clock, newSleeper: newSleeper}
	c.ledger = ledger.New(len(dsts))
	if c.clock == nil {
		c.clock = clock.New()
	}
	c.start = c.clock.Now()
	c.toRead = sync.NewCond(&c.mu)
	c.machine = stream.New(observer{c})
	readable := stream.ReadableOptions{HighWaterMark: opts.ReadAhead, Source: reads{c}}
	if opts.PauseAfterChunk > 0 {
		readable.AfterData = c.rest
	}
	c.readable = c.machine.NewReadable(readable)
	c.producer = c.newPace(opts.Producer, throttle.LineOptions{
		Seed: opts.Seed + uint64(len(dsts)), Burst: opts.ChunkSize, AtOnce: opts.ChunkSize,
	}, &c.input)
	for i, dst := range dsts {
		c.outs = append(c.outs, newOutput(c, i, dst))
	}
	return c, nil
}

// Conduit names the kind of conduit that carries the bytes.
func (c *Copy) Conduit() string { return c.bytes.Name() }

// Run copies until the end, the first failure or the end of ctx, whose cause is
// then the error. When it returns, neither side is in use any more.
func (c *Copy) Run(ctx context.Context) error {
	sidesCtx, letGo := context.WithCancel(ctx)
	defer letGo()
	c.begin(letGo)
	stop := context.AfterFunc(ctx, func() { c.fail(context.Cause(ctx), false, nil) })
	idle := c.watchIdle()
	c.serveSides(sidesCtx)
	idle()
	stop()
	c.mu.Lock()
	defer c.mu.Unlock()
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

// serveSides moves the bytes, by as many goroutines as that takes, and waits for
// them.
func (c *Copy) serveSides(ctx context.Context) {
	var sides sync.WaitGroup
	if polled, ok := c.bytes.(conduit.Polled); ok {
		defer c.turn.begin(c.opts.Observe != nil)()
		defer c.clock.Tick()()
		sides.Go(func() { c.servePolled(ctx, polled) })
		sides.Wait()
		return
	}
	ends := c.bytes.(conduit.Blocking)
	if c.alone() {
		defer c.turn.begin(c.opts.Observe != nil)()
		c.newSleeper = newTimed // the only processor is not for system calls that sleep
	} else {
		defer c.watchScripts()()
		sides.Go(func() { c.serve(ctx, ends, true, nil) })
	}
	for _, out := range c.outs {
		outCtx, letGo := context.WithCancel(ctx)
		defer letGo()
		out.letGo = letGo
		sides.Go(func() { c.serve(outCtx, ends, c.alone(), out) })
	}
	defer c.watchDestinations()()
	sides.Wait()
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

func (c *Copy) begin(letGo func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letGo = letGo
	c.start = c.clock.Now()
	c.input.start = c.start
	c.producer.begin()
	writables := make([]*stream.Writable, len(c.outs))
	for i, out := range c.outs {
		out.activity.start = c.start
		out.pace.begin()
		writables[i] = out.writable
	}
	c.open = len(c.outs)
	if c.opts.KeepGoing || c.opts.MemoryLimit > 0 {
		for _, w := range writables {
			c.readable.Pipe(w, stream.PipeOptions{IgnoreBackpressure: c.opts.MemoryLimit > 0})
		}
	} else {
		c.pipeline = c.machine.Pipeline(c.readable, writables...)
	}
	c.machine.Settle()
}

// alone reports whether one goroutine does everything: a file does not make it
// wait, and handing each chunk to another goroutine costs more than reading it.
// Reading comes first then, so without backpressure nothing would ever be written.
func (c *Copy) alone() bool {
	src, ok := c.src.(interface{ Regular() bool })
	return ok && src.Regular() && c.single && c.opts.MemoryLimit == 0 && c.opts.Consumers == nil && c.opts.Producer.IsZero()
}

// newPace returns the pace of one end under a script.
func (c *Copy) newPace(script throttle.Script, opts throttle.LineOptions, end *activity) *pace {
	end.clock = c.clock
	p := &pace{atOnce: opts.AtOnce, nap: nap, waiting: &end.pacing, clock: c.clock}
	if !script.IsZero() {
		p.line = throttle.NewLine(script, opts)
	}
	return p
}

// fail ends the copy because of err, met at the destination out, at the source,
// or, where both are nil, from outside. The first failure is the one that counts;
// all ends are told to let go.
func (c *Copy) fail(err error, atSource bool, out *output) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.err = err
	switch {
	case atSource:
		c.readable.Destroy(stream.Fault(errCode(err)))
	case out != nil:
		out.refuse(err)
	case c.pipeline != nil:
		c.pipeline.Abort()
	default:
		c.readable.Destroy(stream.Fault(stream.CodeAborted))
	}
	c.machine.Settle()
	c.finish()
	c.src.Cancel()
	for _, out := range c.outs {
		out.dst.Cancel()
	}
}

// finish lets all goroutines go. The lock is held.
func (c *Copy) finish() {
	c.over = true
	c.letGo()
	c.toRead.Broadcast()
	for _, out := range c.outs {
		out.toWrite.Broadcast()
	}
	c.wake()
}

// wake makes a goroutine that waits for both ends look again. The lock is held.
func (c *Copy) wake() {
	if ends, ok := c.bytes.(conduit.Polled); ok {
		ends.Wake()
	}
}

// reads is the machine's view of the source, called under the lock.
type reads struct{ *Copy }

// Read takes the machine's request for a chunk.
func (c reads) Read() {
	c.asked = true
	c.toRead.Signal()
}

// observer hears the machine's events, under the lock.
type observer struct{ *Copy }

// Event enters what happens in the ledger, and notes whether the copy is over.
func (c observer) Event(e *stream.Event) {
	c.enter(e)
	if c.opts.Observe != nil {
		c.opts.Observe(c.clock.Now().Sub(c.start), e)
	}
	if e.Kind == stream.Close && e.Dst != stream.FromSource {
		c.open--
	}
	if !c.over && (e.Kind == stream.Callback || c.pipeline == nil && c.open == 0) {
		c.finish()
	}
}
