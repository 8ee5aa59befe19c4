package stream

// flush starts on the queue: all of it at once where the sink takes several
// chunks, else one by one for as long as the sink is done inside the request.
func (w *Writable) flush() {
	if !w.buffering || w.destroyed || w.flushing || w.corked > 0 || !w.open || w.queued.n == 0 {
		return
	}
	w.flushing = true
	if n := w.queued.n; n > 1 && w.opts.Writev {
		w.pending -= n - 1 // one answer for all
		bytes := w.length
		if w.opts.Objects || w.lost {
			bytes = sum(&w.queued)
		}
		w.request(w.length, bytes, n)
		// What was written inside the request goes with it: Node loses that, but for its
		// length.
		w.lost = w.queued.n > n
		w.queued.clear()
	} else {
		for {
			bytes := w.queued.pop()
			w.request(w.unit(bytes), bytes, 1)
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
		n := w.unit(w.queued.pop())
		w.length -= n
		w.m.length -= n
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
