package scenario

import (
	"math"

	"bpcopy/internal/stream"
)

// dest is a destination whose sink does what the steps say. It implements
// [stream.Sink].
type dest struct {
	driver   *driver
	spec     *destSpec
	index    int
	writable *stream.Writable
	onDone   func() // the method done; kept, so that no call allocates one

	busy  bool  // a sink call is in progress; it has:
	step  *step // what the sink does with it
	bytes int64 // how much it writes

	calls       int64 // sink calls
	writevCalls int64 // those with more than one chunk
	sunk        int64 // bytes of the calls that succeeded
}

func newDest(d *driver, index int) *dest {
	t := &dest{driver: d, spec: &d.scenario.dests[index], index: index}
	t.onDone = t.done
	opts := stream.WritableOptions{
		HighWaterMark: *t.spec.highWaterMark,
		LowWaterMark:  *t.spec.lowWaterMark,
		Writev:        *t.spec.writev,
		Objects:       *t.spec.objects,
		Sink:          t,
	}
	if t.spec.final != nil {
		opts.Final = t.final
	}
	if t.spec.constructMS != nil {
		opts.Open = func() { d.in(*t.spec.constructMS, 0, opened, index) }
	}
	t.writable = d.machine.NewWritable(opts)
	return t
}

// Write implements [stream.Sink].
func (t *dest) Write(bytes int64, chunks int) {
	step := &t.spec.sink[t.calls%int64(len(t.spec.sink))]
	if other, ok := t.spec.overrides[t.calls]; ok {
		step = other
	}
	t.calls++
	if chunks > 1 {
		t.writevCalls++
	}
	t.step, t.bytes, t.busy = step, bytes, true
	t.driver.inside(step)
	t.driver.when(step, bytes, t.onDone, written, t.index)
}

// final is the request for the last work.
func (t *dest) final() {
	t.driver.inside(t.spec.final)
	t.driver.when(t.spec.final, 0, t.finalized, finalized, t.index)
}

func (t *dest) finalized() { t.writable.Finalized(t.spec.final.err) }

// takesMS returns how long the step takes for bytes, in milliseconds. It
// divides floating-point numbers, as JavaScript does.
func (s *step) takesMS(bytes int64) int64 {
	if s.bytesPerMS == 0 {
		return s.latencyMS
	}
	return s.latencyMS + int64(math.Ceil(float64(bytes)/float64(s.bytesPerMS)))
}

// done ends the sink call in progress.
func (t *dest) done() {
	t.busy = false
	if !t.step.err.IsZero() {
		t.writable.Fail(t.step.err)
		return
	}
	t.sunk += t.bytes
	t.driver.ledger.Moved(t.driver.now(), t.index, t.sunk)
	t.writable.Done()
	t.driver.ledger.Buffered(t.driver.now(), t.index, t.writable.Length(), 0) // it falls without an event
}
