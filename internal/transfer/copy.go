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
	"io"
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

// serve does whatever of mine the machine asks for, until the copy is over.
// Reading goes first: a destination is slower than the source by definition.
func (c *Copy) serve(ctx context.Context, mine tasks) {
	for {
		switch todo, size := c.take(mine); {
		case todo.read:
			c.readChunk()
		case todo.write:
			c.writeRequest(ctx, size)
		default:
			return
		}
	}
}

// take waits for the machine to ask for something of mine. Nothing to do means
// that the copy is over.
func (c *Copy) take(mine tasks) (todo tasks, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.over {
		switch {
		case mine.read && c.asked.read:
			c.asked.read = false
			return tasks{read: true}, 0
		case mine.write && c.asked.write:
			c.asked.write = false
			return tasks{write: true}, c.request
		case mine.read:
			c.toRead.Wait()
		default:
			c.toWrite.Wait()
		}
	}
	return tasks{}, 0
}

// readChunk does what the machine's request for a chunk asks for.
func (c *Copy) readChunk() {
	size := c.opts.ChunkSize
	if c.opts.StopAt > 0 {
		size = min(size, c.opts.StopAt-c.activity.read.Load())
	}
	var n int64
	err := io.EOF
	if size > 0 {
		c.activity.reading.Store(true)
		n, err = c.bytes.Fill(size)
		c.activity.reading.Store(false)
		c.activity.moved(&c.activity.read, n)
	}
	c.tellRead(n, err)
}

// tellRead answers the machine's request for a chunk.
func (c *Copy) tellRead(n int64, err error) {
	if err != nil && err != io.EOF {
		c.fail(err, source)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	if err == nil || n > 0 {
		c.readable.Push(n)
	} else {
		c.readable.End()
	}
	c.machine.Settle()
}

// writeRequest does what the machine's request to write asks for.
func (c *Copy) writeRequest(ctx context.Context, size int64) {
	err := c.deliver(ctx, size)
	switch {
	case err == nil:
		c.tellWritten()
	case ctx.Err() != nil:
		c.fail(err, nobody) // it was told to let go
	default:
		c.fail(err, destination)
	}
}

// mostAtOnce bounds one write where no rate does, so that a large batch moves the
// display and makes room as it goes.
const mostAtOnce = 1 << 20

// deliver writes the oldest size bytes to the destination, at the rate.
func (c *Copy) deliver(ctx context.Context, size int64) error {
	for size > 0 {
		slice, err := c.slice(ctx, size)
		if err != nil {
			return err
		}
		c.activity.writing.Store(true)
		n, err := c.bytes.Flush(slice)
		c.activity.writing.Store(false)
		c.activity.moved(&c.activity.written, n)
		size -= n
		if err != nil {
			return err
		}
	}
	return nil
}

// slice waits until the next of size bytes may go, and says how many.
func (c *Copy) slice(ctx context.Context, size int64) (int64, error) {
	if c.pacer == nil {
		return min(size, mostAtOnce), nil
	}
	now := time.Now()
	n, at := c.pacer.Next(now, size)
	if wait := at.Sub(now); wait > 0 {
		return n, c.pace(ctx, wait)
	}
	return n, nil
}

// pace waits for a slice's time.
func (c *Copy) pace(ctx context.Context, wait time.Duration) error {
	c.activity.pacing.Store(true)
	defer c.activity.pacing.Store(false)
	if wait < shortNap {
		c.nap(wait)
		return context.Cause(ctx)
	}
	if c.timer == nil {
		c.timer = time.NewTimer(wait)
	} else {
		c.timer.Reset(wait)
	}
	select {
	case <-c.timer.C:
		return nil
	case <-ctx.Done():
		c.timer.Stop()
		return context.Cause(ctx)
	}
}

// tellWritten answers the machine's request to write.
func (c *Copy) tellWritten() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.writable.Done()
		c.machine.Settle()
	}
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
