package stream

// Read takes what a call of Node's read() without a size takes: one chunk while
// flowing or under [Rules.ReadsOneChunk], else all that is queued, as one.
// It is for a program that reads by hand; pipes need it not.
func (r *Readable) Read() { r.take() }

// take hands out the next chunk, after starting a read if room is left. It
// reports whether there was one. Node's read().
func (r *Readable) take() bool {
	r.flowBooked = false
	n, size := r.available(), int64(0)
	if n == 0 && r.ended {
		if r.length == 0 {
			r.bookEnd()
		}
		return false
	}
	want := r.needFlow || r.length == 0 || r.length-n < r.opts.HighWaterMark
	if want && r.request() {
		n = r.available()
	}
	if n == 0 {
		r.needFlow = r.needFlow || r.length <= r.opts.HighWaterMark
	} else {
		size = r.dequeue(n)
		r.awaiting = r.awaiting[:0]
	}
	if r.length == 0 {
		if r.ended {
			r.bookEnd()
		} else {
			r.needFlow = true
		}
	}
	if n > 0 && !r.errorEmitted && !r.closeEmitted {
		r.data(size)
	}
	return n > 0
}

// fill starts a read if room is left, and takes nothing. Node's read(0).
func (r *Readable) fill() {
	full := r.length >= r.opts.HighWaterMark
	if r.opts.HighWaterMark == 0 {
		full = r.length > 0
	}
	if r.needFlow && (full || r.ended) {
		if r.length == 0 && r.ended {
			r.bookEnd()
		} else {
			r.bookFlow()
		}
		return
	}
	if r.ended {
		if r.length == 0 {
			r.bookEnd()
		}
		return
	}
	if r.needFlow || r.length == 0 || r.length < r.opts.HighWaterMark {
		r.request()
	}
	r.needFlow = r.needFlow || r.length <= r.opts.HighWaterMark
}

// request asks the driver for a chunk unless that is pointless. It reports
// whether the answer came inside the request.
func (r *Readable) request() bool {
	if r.reading || r.ended || r.destroyed || !r.err.IsZero() {
		return false
	}
	r.reading, r.inRequest = true, true
	if r.length == 0 {
		r.needFlow = true
	}
	r.opts.Source.Read()
	r.inRequest = false
	return !r.reading
}

// available is how much of the length take would take now.
func (r *Readable) available() int64 {
	if r.opts.Objects {
		return min(1, r.length)
	}
	if r.length > 0 && (r.flow == flowing || r.m.rules.ReadsOneChunk) {
		return r.chunks.front()
	}
	return r.length
}

// dequeue removes n of the length, one chunk or all, and returns the bytes.
func (r *Readable) dequeue(n int64) int64 {
	r.length -= n
	r.m.length -= n
	switch {
	case r.opts.Objects:
		return r.chunks.pop()
	case r.length == 0:
		r.chunks.clear()
	default:
		r.chunks.pop()
	}
	return n
}

// handOut takes chunk after chunk for as long as the stream flows.
func (r *Readable) handOut() {
	for r.flow == flowing && r.take() {
	}
}

// bookFlow books a flow tick, once.
func (r *Readable) bookFlow() {
	r.needFlow = false
	if !r.flowBooked {
		r.flowBooked = true
		r.m.ticks.push((*flowTick)(r))
	}
}

func (r *Readable) flowTick() {
	if !r.destroyed && r.err.IsZero() && (r.length > 0 || r.ended) {
		r.flowBooked = false
	}
	if r.flow != flowing && !r.ended && r.length <= r.opts.HighWaterMark {
		r.needFlow = true
	}
	r.handOut()
}

// readMore books a refill tick, once. The answer to a request that is outstanding will
// book one.
func (r *Readable) readMore() {
	if !r.moreBooked && (!r.reading || r.m.rules.RefillsAlways) {
		r.moreBooked = true
		r.m.ticks.push((*readMoreTick)(r))
	}
}

func (r *Readable) readMoreTick() {
	for !r.reading && !r.ended &&
		(r.length < r.opts.HighWaterMark || (r.flow == flowing && r.length == 0)) {
		before := r.length
		r.fill()
		if r.length == before {
			break // nothing came inside the request
		}
	}
	r.moreBooked = false
}

// bookEnd books the end event.
func (r *Readable) bookEnd() {
	if r.endEmitted {
		return
	}
	r.ended = true
	r.m.NextTick(func() {
		if !r.err.IsZero() || r.closeEmitted || r.endEmitted {
			return
		}
		r.endEmitted = true
		r.m.emit(Event{Kind: End, Dst: r.dst, Index: r.index, ReadableLength: r.length})
		r.onEnd.emit(Error{})
		if r.w == nil || r.w.finished {
			r.Destroy(Error{})
		}
	})
}
