package stream

// End tells that no more chunks come. The destination finishes when all before
// are written.
func (w *Writable) End() {
	if w.corked > 0 {
		w.corked = 1
		w.Uncork()
	}
	if w.ending || !w.err.IsZero() {
		return
	}
	w.ending = true
	w.finishSoon()
	w.ended = true
}

// mayFinish reports whether nothing is left to be done before finish.
func (w *Writable) mayFinish() bool {
	return w.ending && w.open && !w.destroyed && !w.finished && !w.writing && !w.errorEmitted &&
		!w.closeEmitted && w.err.IsZero() && !w.buffering && w.length == 0
}

// finishSoon finishes on a tick if nothing is left to be done. It is asked after
// every write, and small enough to be inlined there.
func (w *Writable) finishSoon() {
	if w.ending {
		w.finishOnTick()
	}
}

func (w *Writable) finishOnTick() {
	if !w.mayFinish() {
		return
	}
	w.askFinal()
	if w.pending > 0 {
		return
	}
	w.pending++
	w.m.NextTick(func() {
		if w.mayFinish() {
			w.finish()
		} else {
			w.pending--
		}
	})
}

// finishNow finishes at once if nothing is left to be done.
func (w *Writable) finishNow() {
	if !w.mayFinish() {
		return
	}
	w.askFinal()
	if w.pending == 0 && w.mayFinish() {
		w.pending++
		w.finish()
	}
}

// askFinal asks the driver for its last work, once.
func (w *Writable) askFinal() {
	if w.opts.Final != nil && !w.finalAsked {
		w.finalAsked = true
		w.pending++
		w.opts.Final()
	}
}

// Finalized answers WritableOptions.Final.
func (w *Writable) Finalized(err Error) {
	w.pending--
	if !err.IsZero() {
		w.Destroy(err)
	} else if w.mayFinish() {
		w.pending++
		w.m.NextTick(w.finish)
	}
}

func (w *Writable) finish() {
	w.pending--
	w.finished = true
	w.m.emit(Event{Kind: Finish, Dst: w.dst, Index: w.index, Length: w.length})
	w.onFinish.emit(Error{})
	if w.r == nil || w.r.endEmitted {
		w.Destroy(Error{})
	}
}
