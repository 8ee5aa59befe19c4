package transfer

import (
	"context"
	"errors"
	"sync"

	"bpcopy/internal/conduit"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// output is one destination: its stream, its pace and what is asked of it.
type output struct {
	*Copy
	index    int
	dst      Destination
	writable *stream.Writable
	activity activity
	pace     *pace

	// What follows is guarded by the copy's lock.
	asked   bool  // the machine wants bytes written, and nobody has taken that up yet
	pending bool  // it wants that, or has, and has not been answered
	request int64 // how many
	gone    error // why this destination ends by itself, whatever is written to it
	lost    error // why it dropped out, with Options.KeepGoing
	toWrite *sync.Cond

	letGo func() // ends every wait of the goroutine that writes, if it is one of its own
}

func newOutput(c *Copy, index int, dst Destination) *output {
	o := &output{Copy: c, index: index, dst: dst, toWrite: sync.NewCond(&c.mu)}
	if c.alone() {
		o.toWrite = c.toRead
	}
	o.pace = c.newPace(c.opts.consumer(index), throttle.LineOptions{
		Seed: c.opts.Seed + uint64(index), Burst: c.opts.Burst, AtOnce: mostAtOnce,
	}, &o.activity)
	o.writable = c.machine.NewWritable(stream.WritableOptions{
		HighWaterMark: c.opts.HighWaterMark,
		LowWaterMark:  c.opts.LowWaterMark,
		// A low mark must bite while a batch is being written: chunk by chunk then.
		Writev: c.opts.LowWaterMark == 0,
		Sink:   o,
	})
	return o
}

// Write takes the machine's request to write, under the lock.
func (o *output) Write(bytes int64, _ int) {
	o.asked, o.pending, o.request = true, true, bytes
	o.toWrite.Signal()
}

// takeUp takes up the machine's request, and says how many bytes are buffered
// behind those that it is for. The lock is held.
//
// What the source has read ahead would be wanted at once, too. But a destination
// that takes it all in one moment is not a slow one in the end: the last drain,
// which depends on whether the source's end is known by then, would be another.
func (o *output) takeUp() (size, behind int64) {
	o.asked = false
	return o.request, o.writable.Length() - o.request
}

// serve does what the machine's request to write asks for.
func (o *output) serve(ctx context.Context, ends conduit.Blocking, size, behind int64) {
	if err := o.deliver(ctx, ends, size, behind); err != nil {
		o.failed(ctx, err)
		return
	}
	o.tellWritten()
}

// failed ends the copy, or this destination's part in it. Where it was told to let
// go because the destination has ended by itself, that is why.
func (o *output) failed(ctx context.Context, err error) {
	o.mu.Lock()
	gone := o.gone
	o.mu.Unlock()
	switch {
	case gone != nil && errors.Is(err, context.Canceled):
		o.ends(gone)
	case gone != nil:
		o.ends(err)
	case ctx.Err() != nil:
		o.fail(err, false, nil) // it was told to let go
	default:
		o.ends(err)
	}
}

// ends is failed where the reason is known.
func (o *output) ends(err error) {
	if o.opts.KeepGoing {
		o.dropOut(err)
	} else {
		o.fail(err, false, o)
	}
}

// leaves tells the goroutine that writes to this destination that it has ended, and
// makes it let go of whatever it waits for.
func (o *output) leaves(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over || o.lost != nil || o.gone != nil {
		return
	}
	o.gone = err
	o.toWrite.Broadcast()
	o.letGo()
	o.dst.Cancel()
}

// refuse tells the machine that the destination has failed: what it is to write
// could not be written, or it fails with nothing to do. The lock is held.
func (o *output) refuse(err error) {
	fault := stream.Fault(errCode(err))
	if o.pending {
		o.pending = false
		o.writable.Fail(fault)
	} else {
		o.writable.Destroy(fault)
	}
}

// dropOut leaves the copy to the other destinations, if any is left.
func (o *output) dropOut(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return
	}
	o.lost = err
	o.bytes.Drop(o.index)
	o.refuse(err)
	o.machine.Settle()
	o.dst.Cancel()
	if o.over {
		o.src.Cancel() // nobody is left to read for
	}
}

// mostAtOnce bounds one write where no rate does, so that a large batch moves the
// display and makes room as it goes.
const mostAtOnce = 1 << 20

// deliver writes the oldest size bytes to the destination, at the rate.
func (o *output) deliver(ctx context.Context, ends conduit.Blocking, size, behind int64) error {
	for size > 0 {
		slice, err := o.pace.next(ctx, size, behind)
		if end, ok := errors.AsType[*scriptedEnd](err); ok {
			return end.refusedBy(o.dst)
		}
		if err != nil {
			return err
		}
		o.activity.busy.Store(true)
		n, err := ends.Flush(o.index, slice)
		o.activity.busy.Store(false)
		o.activity.moved(n)
		o.pace.passed(n, err != nil)
		size -= n
		if err != nil {
			return err
		}
	}
	return nil
}

// tellWritten answers the machine's request to write.
func (o *output) tellWritten() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.over {
		o.pending = false
		o.writable.Done()
		o.machine.Settle()
	}
}
