package stream

// WritableOptions describes one destination.
type WritableOptions struct {
	// HighWaterMark, in bytes, is where Write starts to return false.
	HighWaterMark int64
	// LowWaterMark, in bytes, is how far the length must fall before a drain. Zero
	// is Node's rule; Node knows no other.
	LowWaterMark int64
	// Writev lets one request take several chunks.
	Writev bool
	// Sink does the writing.
	Sink Sink
	// Open, when set, is asked once to open the destination, on the first Settle;
	// the driver answers with Opened. Writes before that are queued.
	Open func()
}

// Writable is the bookkeeping of one destination: a queue of chunks, of which
// the first may be in flight. Node's stream.Writable.
type Writable struct {
	m     *Machine
	opts  WritableOptions
	index int
	stats WritableStats

	length     int64 // bytes accepted and not yet written, those in flight included
	inFlight   int64 // bytes of the request that is outstanding
	queued     queue[int64]
	corked     int
	pending    int    // writes and finishing steps not yet done with
	err        Error  // the first error, from the moment it is known
	onOpenFail func() // a destroy that waits for the destination to open

	open         bool
	writing      bool // a request is outstanding
	inRequest    bool // and Sink.Write has not returned yet
	buffering    bool // the queue is in use; outlives its last chunk while flushing
	flushing     bool
	needDrain    bool
	afterBooked  bool // a tickAfterWrite is booked
	ending       bool // End was called
	ended        bool // and has returned
	finished     bool
	destroyed    bool
	errorEmitted bool
	closeEmitted bool

	pipes    []*pipe // pipes to this destination, in order
	drains   []*pipe // those of them that listen for drains, in order
	onFinish listeners
	onClose  listeners
	onError  listeners
}

// NewWritable adds a destination to the machine.
func (m *Machine) NewWritable(opts WritableOptions) *Writable {
	w := &Writable{m: m, opts: opts, index: len(m.dsts), open: opts.Open == nil}
	m.dsts = append(m.dsts, w)
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

// Destroyed reports whether the stream was destroyed, by a failure, by somebody
// or by itself after it had finished.
func (w *Writable) Destroyed() bool { return w.destroyed }

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
	w.m.emit(Event{Kind: Write, Dst: w.index, Bytes: size, Ret: ret, Length: w.length, NeedDrain: w.NeedDrain()})
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
	w.length += size
	w.stats.PeakLength = max(w.stats.PeakLength, w.length)
	w.m.grown()
	if w.writing || w.corked > 0 || !w.open || !w.err.IsZero() {
		w.queued.push(size)
		w.buffering = true
	} else {
		w.request(size, 1)
	}
	// Only now: a sink that was done inside the request leaves nothing to wait for.
	ok := w.length < w.opts.HighWaterMark || w.length == 0
	if !ok {
		w.needDrain = true
	}
	return ok && !w.destroyed && w.err.IsZero()
}

// request hands chunks to the sink.
func (w *Writable) request(bytes int64, chunks int) {
	w.inFlight = bytes
	w.writing, w.inRequest = true, true
	w.opts.Sink.Write(bytes, chunks)
	w.inRequest = false
}

// Done tells that the outstanding request is written.
func (w *Writable) Done() {
	w.answered()
	if w.buffering {
		w.flush()
	}
	switch {
	case !w.inRequest:
		w.afterWrite()
	case w.needDrain && w.length <= w.opts.LowWaterMark && !w.afterBooked:
		w.afterBooked = true
		w.m.ticks.push(tick{kind: tickAfterWrite, w: w})
	default:
		w.pending--
		w.finishSoon()
	}
}

// Fail tells that the outstanding request could not be written. What is queued
// behind it never reaches the sink.
func (w *Writable) Fail(err Error) {
	w.answered()
	if w.err.IsZero() {
		w.err = err
	}
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

func (w *Writable) drain() {
	w.stats.Drains++
	w.m.emit(Event{Kind: Drain, Dst: w.index, Length: w.length})
	w.m.enter(CauseDrain)
	for _, p := range w.drains {
		p.drained()
	}
	w.m.leave()
}

// flush starts on the queue: all of it at once where the sink takes several
// chunks, else one by one for as long as the sink is done inside the request.
func (w *Writable) flush() {
	if !w.buffering || w.destroyed || w.flushing || w.corked > 0 || !w.open || w.queued.n == 0 {
		return
	}
	w.flushing = true
	if n := w.queued.n; n > 1 && w.opts.Writev {
		w.pending -= n - 1 // one answer for all
		w.queued.clear()
		w.request(w.length, n)
	} else {
		for {
			w.request(w.queued.pop(), 1)
			if w.queued.n == 0 || w.writing {
				break
			}
		}
	}
	w.buffering = w.queued.n > 0
	w.flushing = false
}

// drop forgets what is queued, unless a request is outstanding: then the answer
// to it will.
func (w *Writable) drop() {
	if w.writing {
		return
	}
	for w.queued.n > 0 {
		w.length -= w.queued.pop()
	}
	w.buffering = false
}

// Cork holds writes back until as many Uncorks. They count in the length.
func (w *Writable) Cork() { w.corked++ }

// Uncork undoes one Cork and, with the last, flushes.
func (w *Writable) Uncork() {
	if w.corked == 0 {
		return
	}
	w.corked--
	if !w.writing {
		w.flush()
	}
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
