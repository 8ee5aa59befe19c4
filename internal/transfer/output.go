package transfer

import (
	"context"
	"errors"
	"sync"
	"time"

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
	pace     pace

	// What follows is guarded by the copy's lock.
	asked   bool  // the machine wants bytes written, and nobody has taken that up yet
	request int64 // how many
	lost    error // why this destination dropped out, with Options.KeepGoing
	toWrite *sync.Cond
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

func (o *output) begin(now time.Time) { o.activity.begin(now) }

// Write takes the machine's request to write, under the lock.
func (o *output) Write(bytes int64, _ int) {
	o.asked, o.request = true, bytes
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

// failed ends the copy, or this destination's part in it.
func (o *output) failed(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
		o.fail(err, false, nil) // it was told to let go
	case o.opts.KeepGoing:
		o.dropOut(err)
	default:
		o.fail(err, false, o)
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
	o.writable.Fail(stream.Fault(errCode(err)))
	o.machine.Settle()
	o.dst.Cancel()
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
		o.writable.Done()
		o.machine.Settle()
	}
}
