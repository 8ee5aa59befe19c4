package stream

// WritableOptions describes one destination.
type WritableOptions struct {
	// HighWaterMark, in bytes or in chunks, is where Write starts to return false.
	HighWaterMark int64
	// LowWaterMark, in the same, is how far the length must fall before a drain. Zero
	// is Node's rule; Node knows no other.
	LowWaterMark int64
	// Writev lets one request take several chunks.
	Writev bool
	// Objects makes the length and the marks count chunks: Node's objectMode.
	Objects bool
	// Sink does the writing.
	Sink Sink
	// Final, when set, is asked once before the finish; the driver answers with
	// Finalized. Node's _final.
	Final func()
	// Open, when set, is asked once to open the destination, on the first Settle;
	// the driver answers with Opened. Writes before that are queued.
	Open func()
}

// Writable is the bookkeeping of one destination: a queue of chunks, of which
// the first may be in flight. Node's stream.Writable.
type Writable struct {
	*life
	m     *Machine // that of the life, one step nearer
	dst   int      // index of the destination, or FromStage
	index int32    // of the stage
	opts  WritableOptions
	stats WritableStats

	length     int64        // accepted and not yet written, what is in flight included
	inFlight   int64        // the part of it that the outstanding request has
	queued     queue[int64] // the bytes of each chunk
	corked     int
	pending    int    // writes and finishing steps not yet done with
	err        Error  // the first error, from the moment it is known
	onOpenFail func() // a destroy that waits for the destination to open

	open        bool
	writing     bool // a request is outstanding
	inRequest   bool // and Sink.Write has not returned yet
	buffering   bool // the queue is in use; outlives its last chunk while flushing
	flushing    bool
	lost        bool // the length counts chunks that are in the queue no more
	needDrain   bool
	afterBooked bool // an afterWriteTick is booked
	ending      bool // End was called
	ended       bool // and has returned
	finalAsked  bool
	finished    bool

	pipes    []*pipe   // pipes to this destination, in order
	drains   []drainer // who listens for drains, in order; a change makes a new list
	onFinish listeners
}

// NewWritable adds a destination to the machine.
func (m *Machine) NewWritable(opts WritableOptions) *Writable {
	m.dsts++
	return m.newWritable(opts, m.dsts-1, 0)
}

func (m *Machine) newWritable(opts WritableOptions, dst int, index int32) *Writable {
	w := &Writable{life: &life{m: m}, m: m, opts: opts, dst: dst, index: index, open: opts.Open == nil}
	w.life.w = w
	if opts.Open != nil {
		m.NextTick(opts.Open)
	}
	return w
}

// Length is Node's writableLength: bytes accepted and not yet written.
func (w *Writable) Length() int64 { return w.length }

// Queued is how many chunks wait behind the one in flight.
func (w *Writable) Queued() int { return w.queued.n }

// Stats counts what happened so far.
func (w *Writable) Stats() WritableStats { return w.stats }

// Finished reports whether finish was emitted.
func (w *Writable) Finished() bool { return w.finished }

// NeedDrain is Node's writableNeedDrain: Write has returned false, and a drain
// is to come.
func (w *Writable) NeedDrain() bool { return w.needDrain && !w.ending && !w.destroyed }

// Write accepts a chunk of size bytes. False means that the writer should wait
// for a drain; the chunk was taken all the same.
func (w *Writable) Write(size int64) bool {
	ret := w.write(size)
	w.stats.Writes++
	w.stats.Bytes += size
	if !ret {
		w.stats.WritesFalse++
	}
	w.m.emit(Event{Kind: Write, Dst: w.dst, Index: w.index, Bytes: size, Ret: ret, Length: w.length, NeedDrain: w.NeedDrain()})
	return ret
}

func (w *Writable) write(size int64) bool {
	switch {
	case w.ending:
		w.Destroy(Fault(CodeWriteAfterEnd))
		return false
	case w.destroyed:
		return false
	}
	w.pending++
	n := w.unit(size)
	w.length += n
	w.stats.PeakLength = max(w.stats.PeakLength, w.length)
	w.m.grow(n)
	if w.writing || w.corked > 0 || !w.open || !w.err.IsZero() {
		w.queued.push(size)
		w.buffering = true
	} else {
		w.request(n, size, 1)
	}
	// Only now: a sink that was done inside the request leaves nothing to wait for.
	ok := w.length < w.opts.HighWaterMark || w.length == 0
	if !ok {
		w.needDrain = true
	}
	return ok && !w.destroyed && w.err.IsZero()
}

// unit is what a chunk of size bytes adds to the length.
func (w *Writable) unit(size int64) int64 {
	if w.opts.Objects {
		return 1
	}
	return size
}

// request hands chunks to the sink, which make up that part of the length.
func (w *Writable) request(length, bytes int64, chunks int) {
	w.inFlight = length
	w.writing, w.inRequest = true, true
	if w.flushing && w.destroyed { // inside the request before this one
		w.Fail(Fault(CodeDestroyed))
	} else {
		w.opts.Sink.Write(bytes, chunks)
	}
	w.inRequest = false
}

// Done tells that the outstanding request is written.
func (w *Writable) Done() {
	inRequest := w.inRequest // the flush makes requests of its own
	w.answered()
	if w.buffering {
		w.flush()
	}
	switch {
	case !inRequest:
		w.afterWrite()
	case (w.needDrain && w.length <= w.opts.LowWaterMark || w.opts.Objects) && !w.afterBooked:
		// With objects Node tests the wrong bit, and always books.
		w.afterBooked = true
		w.m.ticks.push((*afterWriteTick)(w))
	default:
		w.pending--
		w.finishSoon()
	}
}

// Fail tells that the outstanding request could not be written. What is queued
// behind it never reaches the sink.
func (w *Writable) Fail(err Error) {
	w.answered()
	w.fail(err)
	fail := func() {
		w.pending--
		w.drop()
		w.Destroy(err)
	}
	if w.inRequest {
		w.m.NextTick(fail)
	} else {
		fail()
	}
}

func (w *Writable) answered() {
	if !w.writing {
		panic("stream: internal error: answer without a request to write")
	}
	w.writing = false
	w.length -= w.inFlight
	w.m.length -= w.inFlight
	w.inFlight = 0
}

// afterWrite lets the writer go on, once the queue is short enough.
func (w *Writable) afterWrite() {
	w.afterBooked = false
	if w.NeedDrain() && w.length <= w.opts.LowWaterMark {
		w.needDrain = false
		w.drain()
	}
	w.pending--
	if w.destroyed {
		w.drop()
	}
	w.finishSoon()
}

// Opened answers WritableOptions.Open.
func (w *Writable) Opened() {
	w.m.NextTick(func() {
		w.open = true
		if w.destroyed {
			w.onOpenFail()
			return
		}
		if !w.writing {
			w.flush()
		}
		w.finishNow()
	})
}
