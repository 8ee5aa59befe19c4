package transfer

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// input is the source: its stream is the copy's readable.
type input struct {
	end
	c   *Copy
	src Source

	ahead *ahead // nil if nothing delays the source

	// What follows is guarded by the copy's lock.
	ended   bool         // the machine knows that it has
	leaving *scriptedEnd // how its script has ended it; nil if it has not
}

func newInput(c *Copy, src Source, seed uint64) *input {
	in := &input{c: c, src: src}
	in.prepare(c, c.opts.Producer, throttle.LineOptions{
		Seed: seed, Burst: c.opts.ChunkSize, AtOnce: c.opts.ChunkSize,
	})
	if in.pace.line != nil {
		in.pace.oneCall = true
	}
	if c.opts.Producer.Delays() {
		in.ahead = &ahead{changed: sync.NewCond(&c.mu)}
	}
	in.said = func(e *scriptedEnd) error { return e.saidBy(src) }
	opts := stream.ReadableOptions{HighWaterMark: c.opts.ReadAhead, Source: in}
	if c.opts.PauseAfterChunk > 0 {
		opts.AfterData = c.rest
	}
	c.readable = c.machine.NewReadable(opts)
	return in
}

// Read takes the machine's request for a chunk, under the lock.
func (in *input) Read() {
	in.post()
}

// take takes up the machine's request. The lock is held.
func (in *input) take() task {
	if in.request != posted {
		return nothing
	}
	in.asks(taken)
	return read
}

// read does what the machine's request asks for, in its time. It reports whether a byte
// came.
func (in *input) read(ctx context.Context) (moved bool) {
	var n int64
	size, err := in.chunk()
	if err == nil {
		n, err = in.inTime(ctx, size, 0)
	}
	in.tell(n, err)
	in.told()
	return n > 0
}

// chunk is the size of the next chunk, or io.EOF where there is to be none, or
// the error that too much is buffered.
func (in *input) chunk() (int64, error) {
	size := in.c.opts.ChunkSize
	if stop := in.c.opts.StopAt; stop != nil {
		size = min(size, *stop-in.bytes.Load())
	}
	switch {
	case in.c.overrun():
		return 0, &MemoryError{in.c.opts.MemoryLimit}
	case size <= 0:
		return 0, io.EOF
	}
	return size, nil
}

// overrun reports whether more is buffered for a destination than may be where
// backpressure is ignored.
func (c *Copy) overrun() bool {
	if !c.opts.IgnoreBackpressure {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.outs, func(o *output) bool {
		return o.writable.Length() >= c.opts.MemoryLimit
	})
}

// tell answers the machine's request: n bytes came, or why there are none. A source
// that its script has ended was told to let go, and an error only says so.
func (in *input) tell(n int64, err error) {
	if err != nil && err != io.EOF {
		if !in.hasEnded() {
			in.failed(err)
		}
		return
	}
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	if in.c.over || in.ended {
		return
	}
	in.asks(unasked)
	in.ended = err == io.EOF && n == 0
	if in.ended {
		in.c.readable.End()
	} else {
		in.c.readable.Push(n)
	}
	in.c.settle()
}

// hasEnded reports whether the source has ended, or is about to.
func (in *input) hasEnded() bool {
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	return in.ended || in.leaving != nil
}

// failed ends the copy because of err.
func (in *input) failed(err error) {
	in.c.fail(err, func() { in.c.readable.Destroy(stream.Fault(errCode(err))) })
}

// ends ends the source as its script says, whatever is being read. What has been
// read goes first: see told.
func (in *input) ends(end *scriptedEnd) {
	in.c.mu.Lock()
	in.leaving = end
	in.c.mu.Unlock()
	if told := in.pace.ends(end); told {
		in.leave(end)
	}
	in.src.Cancel()
}

// told says that the machine has heard of all that was read. A source that its
// script has ended meanwhile ends now.
func (in *input) told() {
	if in.pace.line == nil {
		return
	}
	in.pace.told()
	in.c.mu.Lock()
	end := in.leaving
	in.c.mu.Unlock()
	if end != nil {
		in.leave(end)
	}
}

// leave tells the machine of the end that the script wants.
func (in *input) leave(end *scriptedEnd) {
	if err := in.said(end); err != io.EOF {
		in.failed(err)
	} else {
		in.tell(0, err)
	}
}

// rest pauses the source after a chunk, as the simplest program does that does
// not want to be overrun. It does not let a source go on that waits for a drain: that
// would fill the buffer beyond all marks. The lock is held.
func (c *Copy) rest() {
	c.userPauses.Add(1)
	c.machine.ByUser(c.readable.Pause)
	time.AfterFunc(c.opts.PauseAfterChunk, func() {
		c.change(func() {
			c.userPauses.Add(-1)
			if !c.ledger.ByBackpressure() {
				c.machine.ByUser(c.readable.Resume)
			}
		})
	})
}
