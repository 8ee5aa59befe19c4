// Package transfer runs one copy in real time: the machine of package stream
// between an opened source and an opened destination, with the bytes waiting in
// a conduit. It opens nothing and draws nothing.
//
// Two goroutines do the work. The reader fills the conduit when the machine asks
// to read, the writer flushes it when the machine asks to write, and each tells
// the machine when it is done. Where the source never makes anybody wait, one
// goroutine does both. The machine belongs to whoever holds the lock; nobody
// holds it while he reads, writes or waits.
package transfer

import (
	"context"
	"sync"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// Copy is one copy. Make it with [New], then call [Copy.Run] once.
type Copy struct {
	src   Source
	dst   Destination
	opts  Options
	bytes conduit.Conduit
	pacer *throttle.Pacer // nil when unlimited; the writer's own, like timer
	timer *time.Timer
	nap   func(time.Duration) // waits for less than shortNap

	activity activity

	mu       sync.Mutex // held around every call of the machine; guards what follows
	machine  *stream.Machine
	readable *stream.Readable
	writable *stream.Writable
	pipeline *stream.Pipeline
	start    time.Time
	end      time.Time // zero while the copy runs
	pauses   pauses
	err      error // the first failure, from the moment it is known
	over     bool  // nothing more is to be asked or answered
	asked    tasks // what the machine has asked for and nobody has taken up yet
	request  int64 // bytes to write
	toRead   *sync.Cond
	toWrite  *sync.Cond
}

// tasks are the two things to be done.
type tasks struct{ read, write bool }

// New prepares a copy from src to dst.
func New(src Source, dst Destination, opts Options) (*Copy, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	bytes, err := conduit.Open(opts.Conduit, src, dst, opts.hold(), opts.ChunkSize)
	if err != nil {
		return nil, err
	}
	c := &Copy{src: src, dst: dst, opts: opts, bytes: bytes, start: time.Now(), nap: nap}
	if opts.Rate > 0 {
		burst := opts.Burst
		if burst == 0 {
			burst = throttle.DefaultBurst(opts.Rate)
		}
		c.pacer = throttle.NewPacer(opts.Rate, burst)
	}
	c.toRead = sync.NewCond(&c.mu)
	c.toWrite = c.toRead
	if !c.alone() {
		c.toWrite = sync.NewCond(&c.mu)
	}
	c.machine = stream.New(observer{c})
	c.readable = c.machine.NewReadable(stream.ReadableOptions{HighWaterMark: opts.ReadAhead, Source: reads{c}})
	c.writable = c.machine.NewWritable(stream.WritableOptions{
		HighWaterMark: opts.HighWaterMark,
		LowWaterMark:  opts.LowWaterMark,
		// A low mark must bite while a batch is being written: chunk by chunk then.
		Writev: opts.LowWaterMark == 0,
		Sink:   writes{c},
	})
	return c, nil
}

// Conduit names the kind of conduit that carries the bytes.
func (c *Copy) Conduit() string { return c.bytes.Name() }

// Run copies until the end, the first failure or the end of ctx, whose cause is
// then the error. When it returns, neither side is in use any more.
func (c *Copy) Run(ctx context.Context) error {
	c.begin()
	var sides sync.WaitGroup
	if c.alone() {
		sides.Go(func() { c.serve(ctx, tasks{read: true, write: true}) })
	} else {
		sides.Go(func() { c.serve(ctx, tasks{read: true}) })
		sides.Go(func() { c.serve(ctx, tasks{write: true}) })
	}
	stop := context.AfterFunc(ctx, func() { c.fail(context.Cause(ctx), nobody) })
	idle := c.watchIdle()
	sides.Wait()
	idle()
	stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = time.Now()
	c.pauses.stop(c.end)
	if c.err == nil {
		return c.bytes.Close()
	}
	_ = c.bytes.Close() // what failed before says more
	return c.err
}

func (c *Copy) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start = time.Now()
	c.activity.begin(c.start)
	c.pipeline = c.machine.Pipeline(c.readable, c.writable)
	c.machine.Settle()
}

// alone reports whether one goroutine does everything: a file does not make it
// wait, and handing each chunk to another goroutine costs more than reading it.
func (c *Copy) alone() bool {
	src, ok := c.src.(interface{ Regular() bool })
	return ok && src.Regular()
}

// where says on which side a failure happened.
type where int

const (
	nobody where = iota // from outside
	source
	destination
)

// fail ends the copy. The first failure is the one that counts; both sides are
// told to let go.
func (c *Copy) fail(err error, side where) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.err = err
	switch side {
	case source:
		c.readable.Destroy(stream.Fault(errCode(err)))
	case destination:
		c.writable.Fail(stream.Fault(errCode(err)))
	default:
		c.pipeline.Abort()
	}
	c.machine.Settle()
	c.finish()
	c.src.Cancel()
	c.dst.Cancel()
}

// finish lets both goroutines go. The lock is held.
func (c *Copy) finish() {
	c.over = true
	c.toRead.Broadcast()
	c.toWrite.Broadcast()
}

// reads and writes are the machine's view of the copy, called under the lock.
type (
	reads  struct{ *Copy }
	writes struct{ *Copy }
)

// Read takes the machine's request for a chunk.
func (c reads) Read() {
	c.asked.read = true
	c.toRead.Signal()
}

// Write takes the machine's request to write.
func (c writes) Write(bytes int64, _ int) {
	c.asked.write, c.request = true, bytes
	c.toWrite.Signal()
}

// observer hears the machine's events, under the lock.
type observer struct{ *Copy }

// Event notes when the source pauses and whether the copy is over.
func (c observer) Event(e *stream.Event) {
	c.pauses.event(e)
	if c.opts.Observe != nil {
		c.opts.Observe(time.Since(c.start), e)
	}
	if e.Kind == stream.Callback && !c.over {
		c.finish()
	}
}
