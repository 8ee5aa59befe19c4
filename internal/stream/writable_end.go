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

// finishSoon finishes on a tick if nothing is left to be done.
func (w *Writable) finishSoon() {
	if !w.mayFinish() || w.pending > 0 {
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
	if w.mayFinish() && w.pending == 0 {
		w.pending++
		w.finish()
	}
}

func (w *Writable) finish() {
	w.pending--
	w.finished = true
	w.m.emit(Event{Kind: Finish, Dst: w.index, Length: w.length})
	w.onFinish.emit(Error{})
	w.Destroy(Error{})
}

// Destroy gives the destination up: queued chunks are dropped, and close follows
// on a tick, after an error event if err is one.
func (w *Writable) Destroy(err Error) {
	if w.destroyed {
		return
	}
	if w.buffering {
		w.m.NextTick(w.drop)
	}
	if w.err.IsZero() {
		w.err = err
	}
	w.destroyed = true
	if w.open {
		w.close(err)
	} else {
		w.onOpenFail = func() { w.close(err) }
	}
}

func (w *Writable) close(err Error) {
	w.m.NextTick(func() {
		if !err.IsZero() && !w.errorEmitted {
			w.errorEmitted = true
			w.m.emit(Event{Kind: Errored, Dst: w.index, Code: err.Code})
			w.onError.emit(err)
		}
		w.closeEmitted = true
		w.m.emit(Event{Kind: Close, Dst: w.index, Length: w.length})
		w.onClose.emit(Error{})
	})
}
