package transfer

import (
	"context"
	"io"
)

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

// tellWritten answers the machine's request to write.
func (c *Copy) tellWritten() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.writable.Done()
		c.machine.Settle()
	}
}
