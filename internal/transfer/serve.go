package transfer

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"bpcopy/internal/conduit"
)

// serve does what the machine asks for, until the copy is over: reading, if reads
// says so, and writing to out, if there is one. Reading goes first: a destination
// is slower than the source by definition.
func (c *Copy) serve(ctx context.Context, ends conduit.Blocking, reads bool, out *output) {
	for {
		switch todo, size, behind := c.take(reads, out); todo {
		case read:
			c.readChunk(ctx, ends)
		case write:
			out.serve(ctx, ends, size, behind)
		case leave:
			out.failed(ctx, context.Canceled)
		default:
			return
		}
		c.turn.yield()
	}
}

// task is something that the machine asks for.
type task int

const (
	nothing task = iota
	read
	write
	leave
)

// take waits for the machine to ask for something: for a chunk, or for size bytes
// to be written, behind which others wait; or for the destination to be gone.
// Nothing to do means that the copy is over, or for this destination.
func (c *Copy) take(reads bool, out *output) (todo task, size, behind int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.over && (out == nil || out.lost == nil) {
		switch {
		case out != nil && out.gone != nil:
			return leave, 0, 0
		case reads && c.asked:
			c.asked = false
			return read, 0, 0
		case out != nil && out.asked:
			size, behind = out.takeUp()
			return write, size, behind
		case reads:
			c.toRead.Wait()
		default:
			out.toWrite.Wait()
		}
	}
	return nothing, 0, 0
}

// readChunk does what the machine's request for a chunk asks for.
func (c *Copy) readChunk(ctx context.Context, ends conduit.Blocking) {
	size, err := c.chunk()
	var n int64
	if err == nil {
		n, err = c.fill(ctx, ends, size)
	}
	c.tellRead(n, err)
}

// chunk is the size of the next chunk, or io.EOF where there is to be none, or
// the error that too much is buffered.
func (c *Copy) chunk() (int64, error) {
	size := c.opts.ChunkSize
	if c.opts.StopAt > 0 {
		size = min(size, c.opts.StopAt-c.input.bytes.Load())
	}
	switch {
	case c.overrun():
		return 0, &MemoryError{c.opts.MemoryLimit}
	case size <= 0:
		return 0, io.EOF
	}
	return size, nil
}

// fill moves one chunk into the conduit, in its time.
func (c *Copy) fill(ctx context.Context, ends conduit.Blocking, size int64) (int64, error) {
	slice, err := c.producer.next(ctx, size, 0)
	if end, ok := errors.AsType[*scriptedEnd](err); ok {
		return 0, end.saidBy(c.src)
	}
	if err != nil {
		return 0, err
	}
	c.input.busy.Store(true)
	n, err := ends.Fill(slice)
	c.input.busy.Store(false)
	c.input.moved(n)
	c.producer.passed(n, true)
	return n, err
}

// tellRead answers the machine's request for a chunk.
func (c *Copy) tellRead(n int64, err error) {
	if err != nil && err != io.EOF {
		c.readFailed(err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.ended {
		return
	}
	c.ended = err == io.EOF && n == 0
	if err == nil || n > 0 {
		c.readable.Push(n)
	} else {
		c.readable.End()
	}
	c.machine.Settle()
}

// readFailed ends the copy because of err, unless the source was told to let go.
func (c *Copy) readFailed(err error) {
	c.mu.Lock()
	ended := c.ended
	c.mu.Unlock()
	if !ended {
		c.fail(err, true, nil)
	}
}

// sourceEnds ends the source as its script has it, in its time, whatever is read.
func (c *Copy) sourceEnds(end *scriptedEnd) {
	c.tellRead(0, end.saidBy(c.src))
	c.src.Cancel()
}

// rest pauses the source after a chunk, as the simplest program does that does
// not want to be overrun. The lock is held.
func (c *Copy) rest() {
	c.resting.Add(1)
	c.machine.ByUser(c.readable.Pause)
	time.AfterFunc(c.opts.PauseAfterChunk, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.resting.Add(-1)
		if !c.over {
			c.machine.ByUser(c.readable.Resume)
			c.machine.Settle()
			c.wake()
		}
	})
}

// overrun reports whether more is buffered than backpressure ignored may buffer.
func (c *Copy) overrun() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opts.MemoryLimit > 0 && slices.ContainsFunc(c.outs, func(o *output) bool {
		return o.writable.Length() >= c.opts.MemoryLimit
	})
}
