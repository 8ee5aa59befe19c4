package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

// FuzzMachine does whatever the fuzzer wants in any order, and holds what must
// be true of every copy. Half of the inputs only answer requests: these must
// come to a good end, in bounded memory.
func FuzzMachine(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte{1, 10, 1, 10, 5, 0, 1, 2, 3, 40, 41, 42, 80})
	f.Add([]byte{8, 3, 2, 0, 0, 9, 9, 1, 0x15, 0x25, 0x30, 0x41, 0x52, 0x63, 0x74, 0x85, 0x96, 0xa7, 0xb8, 0xc9, 0xda, 0xeb, 0xfc})
	f.Fuzz(func(t *testing.T, in []byte) {
		in = in[:min(len(in), 1000)]
		w := newWatched(t, &input{in})
		for len(w.in.rest) > 0 {
			w.act()
			w.machine.Settle()
			w.check()
		}
		if w.calm {
			w.finish()
		}
	})
}

// input is what the fuzzer decides, byte by byte; zeros follow its end.
type input struct{ rest []byte }

func (in *input) next(n int) int {
	if len(in.rest) == 0 {
		return 0
	}
	b := in.rest[0]
	in.rest = in.rest[1:]
	return int(b) % n
}

// watched is a machine under observation.
type watched struct {
	t        *testing.T
	in       *input
	calm     bool // only requests are answered
	machine  *stream.Machine
	src      *stream.Readable
	ahead    int64
	asked    bool
	ended    bool
	closed   bool
	accepted int64 // bytes pushed that the source took
	dsts     []*watchedDest
	pipeline *stream.Pipeline
}

// watchedDest is a destination under observation, and its sink.
type watchedDest struct {
	*stream.Writable
	w       *watched
	opts    stream.WritableOptions
	asked   bool
	bytes   int64 // of the request
	written int64
	closed  bool
}

const largestChunk = 40

func newWatched(t *testing.T, in *input) *watched {
	w := &watched{t: t, in: in}
	w.machine = stream.New(w, stream.Rules{})
	w.calm = in.next(2) == 0
	w.ahead = int64(in.next(50))
	w.src = w.machine.NewReadable(stream.ReadableOptions{HighWaterMark: w.ahead, Source: w})
	for range 1 + in.next(3) {
		d := &watchedDest{w: w}
		d.opts = stream.WritableOptions{HighWaterMark: int64(in.next(60)), Writev: in.next(2) == 0, Sink: d}
		if d.opts.HighWaterMark > 0 {
			d.opts.LowWaterMark = int64(in.next(int(d.opts.HighWaterMark)))
		}
		if in.next(4) == 1 {
			d.opts.Open = func() { d.Opened() }
		}
		d.Writable = w.machine.NewWritable(d.opts)
		w.dsts = append(w.dsts, d)
	}
	if in.next(3) == 1 {
		w.pipeline = w.machine.Pipeline(w.src, w.writables()...)
	} else {
		for _, d := range w.dsts {
			w.src.Pipe(d.Writable, stream.PipeOptions{})
		}
	}
	w.machine.Settle()
	return w
}

func (w *watched) writables() []*stream.Writable {
	var all []*stream.Writable
	for _, d := range w.dsts {
		all = append(all, d.Writable)
	}
	return all
}

// Read implements [stream.Source]. Some answers come inside the request.
func (w *watched) Read() {
	if w.asked && w.calm {
		w.t.Error("a second request to read while one is open")
	}
	w.asked = true
	if w.in.next(4) == 1 {
		w.push(1) // not of nothing: inside a request it stops the reading, as in Node
	}
}

// push delivers a chunk of at least so many bytes.
func (w *watched) push(least int) {
	w.asked = false
	if w.ended {
		return
	}
	size := int64(least + w.in.next(largestChunk+1-least))
	if !w.src.Destroyed() {
		w.accepted += size
	}
	w.src.Push(size)
}

func (w *watched) end() {
	w.asked = false
	w.ended = true
	w.src.End()
}

// Write implements [stream.Sink]. Some answers come inside the request.
func (d *watchedDest) Write(bytes int64, chunks int) {
	switch {
	case d.asked:
		d.w.t.Error("a second request to write while one is open")
	case chunks < 1 || chunks > 1 && !d.opts.Writev:
		d.w.t.Errorf("a request to write %d chunks, writev %t", chunks, d.opts.Writev)
	}
	d.asked, d.bytes = true, bytes
	if d.w.in.next(4) == 1 {
		d.done()
	}
}

func (d *watchedDest) done() {
	d.asked = false
	d.written += d.bytes
	d.Done()
}

// act does one thing.
func (w *watched) act() {
	d := w.dsts[w.in.next(len(w.dsts))]
	switch what := w.in.next(20); {
	case what < 7:
		if w.asked {
			w.push(0)
		}
	case what < 13:
		if d.asked {
			d.done()
		}
	case what == 13:
		if w.asked {
			w.end()
		}
	case !w.calm:
		w.meddle(d)
	}
}

// meddle does what a program may do at any time.
func (w *watched) meddle(d *watchedDest) {
	var fault stream.Error
	if w.in.next(2) == 1 {
		fault = stream.Fault("EX")
	}
	switch w.in.next(16) {
	case 0:
		w.src.Pause()
	case 1:
		w.src.Resume()
	case 2:
		w.src.Read()
	case 3:
		w.src.Unpipe(d.Writable)
	case 4:
		w.src.UnpipeAll()
	case 5:
		w.src.Pipe(d.Writable, stream.PipeOptions{KeepOpen: w.in.next(2) == 1})
	case 6:
		d.Cork()
	case 7:
		d.Uncork()
	case 8:
		d.Writable.Write(int64(w.in.next(largestChunk)))
	case 9:
		d.End()
	case 10:
		d.Destroy(fault)
	case 11:
		w.src.Destroy(fault)
	case 12:
		if d.asked && !fault.IsZero() {
			d.asked = false
			d.Fail(fault)
		}
	case 13:
		if w.pipeline != nil {
			w.pipeline.Abort()
		}
	case 14:
		w.push(0) // unasked
	case 15:
		w.end()
	}
}

// Event implements [stream.Observer].
func (w *watched) Event(e *stream.Event) {
	if e.Dst == stream.FromSource {
		w.sourceEvent(e)
		return
	}
	d := w.dsts[e.Dst]
	if d.closed && e.Kind != stream.Write && e.Kind != stream.Pipe && e.Kind != stream.Unpipe {
		w.t.Errorf("%s of destination %d after its close", e.Kind, e.Dst)
	}
	if d.closed && e.Kind == stream.Write && e.Ret {
		w.t.Errorf("write to destination %d is true after its close", e.Dst)
	}
	if e.Kind == stream.Drain && e.Length > d.opts.LowWaterMark {
		w.t.Errorf("drain at a length of %d; the low-water mark is %d", e.Length, d.opts.LowWaterMark)
	}
	if e.Kind == stream.Finish && e.Length != 0 {
		w.t.Errorf("finish at a length of %d", e.Length)
	}
	d.closed = d.closed || e.Kind == stream.Close
}

func (w *watched) sourceEvent(e *stream.Event) {
	switch e.Kind {
	case stream.Data, stream.End, stream.Errored, stream.Close:
		if w.closed {
			w.t.Errorf("%s of the source after its close", e.Kind)
		}
	}
	w.closed = w.closed || e.Kind == stream.Close
}

// check holds what is true between any two events from outside.
func (w *watched) check() {
	src := w.src.Stats()
	if got := src.Bytes + w.src.Length(); got > w.accepted || got < w.accepted && !w.closed {
		w.t.Fatalf("%d bytes handed out and %d buffered; want %d in all, as were pushed", src.Bytes, w.src.Length(), w.accepted)
	}
	for i, d := range w.dsts {
		dst := d.Stats()
		if dst.Drains > dst.WritesFalse {
			w.t.Fatalf("destination %d: %d drains, %d false writes", i, dst.Drains, dst.WritesFalse)
		}
		if d.Length() < 0 || d.written+d.Length() > dst.Bytes {
			w.t.Fatalf("destination %d: %d bytes written, %d buffered, of %d that were given", i, d.written, d.Length(), dst.Bytes)
		}
		if !d.Destroyed() && w.calm && d.written+d.Length() != dst.Bytes {
			w.t.Fatalf("destination %d: %d bytes written, %d buffered; want %d in all", i, d.written, d.Length(), dst.Bytes)
		}
		if bound := max(d.opts.HighWaterMark, 1) - 1 + largestChunk; w.calm && dst.PeakLength > bound {
			w.t.Fatalf("destination %d: %d bytes were buffered; want at most %d", i, dst.PeakLength, bound)
		}
	}
	// One chunk up to the mark and beyond, one that was under way already.
	if bound := w.ahead + 2*largestChunk; w.calm && src.PeakLength > bound {
		w.t.Fatalf("source: %d bytes were buffered; want at most %d", src.PeakLength, bound)
	}
}

// finish answers until nothing is left, and holds that all has arrived.
func (w *watched) finish() {
	for moved := true; moved; {
		moved = false
		if w.asked {
			w.end()
			moved = true
			w.machine.Settle()
		}
		for _, d := range w.dsts {
			if d.asked {
				d.done()
				moved = true
				w.machine.Settle()
			}
		}
		w.check()
	}
	if !w.src.Ended() || !w.src.Destroyed() {
		w.t.Error("the source has not ended")
	}
	for i, d := range w.dsts {
		if !d.Finished() || !d.Destroyed() || d.Length() != 0 || d.written != w.accepted {
			w.t.Errorf("destination %d: finished %t, %d bytes written, %d buffered; want true, %d, 0",
				i, d.Finished(), d.written, d.Length(), w.accepted)
		}
	}
}
