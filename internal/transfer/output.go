package transfer

import (
	"context"
	"errors"

	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// output is one destination.
type output struct {
	end
	c        *Copy
	index    int
	dst      Destination
	writable *stream.Writable
	letGo    func() // ends every wait for its time; nil where the engine is polling

	left   int64 // bytes of the batch that are still to be written
	behind int64 // bytes buffered behind the batch when it was taken up

	// What follows is guarded by the copy's lock.
	batch int64 // the bytes that the machine's request is for
	gone  error // why this destination ends by itself, whatever is written to it
	lost  error // why it dropped out, with Options.KeepGoing
}

// mostAtOnce bounds one write where no rate does, so that a large batch moves
// the display and makes room as it goes.
const mostAtOnce = 1 << 20

func newOutput(c *Copy, index int, dst Destination) *output {
	o := &output{c: c, index: index, dst: dst}
	script := c.opts.consumer(index)
	o.prepare(c, script, throttle.LineOptions{
		Seed: c.opts.Seed + uint64(index), Burst: c.opts.Burst, AtOnce: mostAtOnce,
	})
	o.said = func(e *scriptedEnd) error { return e.refusedBy(dst) }
	o.writable = c.machine.NewWritable(stream.WritableOptions{
		HighWaterMark: c.opts.HighWaterMark,
		LowWaterMark:  c.opts.LowWaterMark,
		// A low mark must bite while a batch is being written, and delayed bytes
		// are buffered until they arrive, each chunk by itself: so chunk by
		// chunk then.
		Writev: c.opts.LowWaterMark == 0 && !script.Delays(),
		Sink:   o,
	})
	return o
}

// Write takes the machine's request to write, under the lock.
func (o *output) Write(bytes int64, _ int) {
	o.batch = bytes
	o.post()
}

// take takes up what is to be done here. The lock is held.
//
// The pace is told of the bytes behind the batch, but not of those that the
// source has read ahead, although they would be wanted at once, too. A
// destination that took them all in one moment would not be slow in the end:
// the last drain depends on whether the source's end is known by then, and
// would be another.
func (o *output) take() task {
	switch {
	case o.lost != nil:
		return stop
	case o.gone != nil:
		return leave
	case o.request == posted:
		o.asks(taken)
		o.left, o.behind = o.batch, o.writable.Length()-o.batch
		return write
	}
	return nothing
}

// serve does a task of this destination's, and tells of it.
func (o *output) serve(ctx context.Context, task task) {
	err := context.Canceled // to leave is to be told to let go
	if task == write {
		err = o.deliver(ctx)
	}
	if err != nil {
		o.failed(ctx, err)
	} else {
		o.tell()
	}
}

// deliver writes the batch, in its time.
func (o *output) deliver(ctx context.Context) error {
	for o.left > 0 {
		n, err := o.inTime(ctx, o.left, o.behind)
		o.left -= n
		if err != nil {
			return err
		}
	}
	return nil
}

// tell answers the machine's request: the batch is written.
func (o *output) tell() {
	o.c.mu.Lock()
	defer o.c.mu.Unlock()
	if !o.c.over {
		o.asks(unasked)
		o.writable.Done()
		if o.c.opts.Series { // the length falls without an event
			o.c.ledger.Buffered(o.c.tellMoved(o.index), o.index, o.writable.Length(), 0)
		}
		o.c.settle()
	}
}

// failed ends the copy, or this destination's part in it. A destination that
// was told to let go says no more than that; the reason is why it was told.
func (o *output) failed(ctx context.Context, err error) {
	o.left = 0
	o.c.mu.Lock()
	gone := o.gone
	o.c.mu.Unlock()
	switch {
	case gone != nil && errors.Is(err, context.Canceled):
		o.ends(gone)
	case gone == nil && ctx.Err() != nil:
		o.c.abort(err)
	default:
		o.ends(err)
	}
}

// ends ends the copy because of err, or this destination's part in it.
func (o *output) ends(err error) {
	if o.c.opts.KeepGoing {
		o.dropOut(err)
	} else {
		o.c.fail(err, func() { o.refuse(err) })
	}
}

// leaves says that this destination has ended by itself, and makes the
// goroutine that writes to it let go of whatever it waits for.
func (o *output) leaves(err error) {
	o.c.change(func() {
		if o.lost == nil && o.gone == nil {
			o.gone = err
			o.letGo()
			o.dst.Cancel()
		}
	})
}

// refuse tells the machine that the destination has failed: the batch could not
// be written, or it failed with nothing to do. The lock is held.
func (o *output) refuse(err error) {
	fault := stream.Fault(errCode(err))
	if o.request == unasked {
		o.writable.Destroy(fault)
	} else {
		o.asks(unasked)
		o.writable.Fail(fault)
	}
}

// dropOut leaves the copy to the other destinations, if any is left.
func (o *output) dropOut(err error) {
	o.c.change(func() {
		o.lost = err
		o.c.bytes.Drop(o.index)
		o.refuse(err)
		o.c.settle()
		o.dst.Cancel()
		if o.c.over {
			o.c.input.src.Cancel() // nobody is left to read for
		}
	})
	if o.c.opts.Dropped != nil {
		o.c.opts.Dropped(o.index, err)
	}
}
