package stream

// life is how a stream comes to its end. Both sides of a [Transform] share one.
type life struct {
	m *Machine
	r *Readable // nil in a destination
	w *Writable // nil in a source

	destroyed    bool
	errorEmitted bool
	closeEmitted bool
	onClose      listeners
	onError      listeners
}

// Destroyed reports whether the stream was destroyed, by a failure, by somebody
// or by itself after its end.
func (l *life) Destroyed() bool { return l.destroyed }

// Destroy gives the stream up. No more chunks are handed out, and those that wait
// to be written are dropped. Close follows on a tick, after an error event if err
// is one.
func (l *life) Destroy(err Error) {
	if l.destroyed {
		return
	}
	if l.w != nil && l.w.buffering {
		l.m.NextTick(l.w.drop)
	}
	l.fail(err)
	l.destroyed = true
	if l.w != nil && !l.w.open {
		l.w.onOpenFail = func() { l.close(err) }
	} else {
		l.close(err)
	}
}

// fail notes an error on each side that has none.
func (l *life) fail(err Error) {
	if l.w != nil && l.w.err.IsZero() {
		l.w.err = err
	}
	if l.r != nil && l.r.err.IsZero() {
		l.r.err = err
	}
}

func (l *life) close(err Error) {
	l.m.NextTick(func() {
		if !err.IsZero() && !l.errorEmitted {
			l.errorEmitted = true
			l.tell(Event{Kind: Errored, Code: err.Code})
			l.onError.emit(err)
		}
		l.closeEmitted = true
		l.tell(Event{Kind: Close})
		l.onClose.emit(Error{})
	})
}

// tell emits an event of the stream as a whole.
func (l *life) tell(e Event) {
	if l.w != nil {
		e.Dst, e.Index = l.w.dst, l.w.index
	} else {
		e.Dst, e.Index = l.r.dst, l.r.index
	}
	if e.Kind == Close && l.w != nil {
		e.Length = l.w.length
	}
	if e.Kind == Close && l.r != nil {
		e.ReadableLength = l.r.length
	}
	l.m.emit(e)
}

// over waits for one stream, or one side of it, to be over, whichever way, and
// tells it once. Node's finished().
type over struct {
	*life
	reads, writes bool // the sides that count
	closes        bool // it is over when it has closed: not for one side of two
	ended         bool
	finished      bool
	call          func(Error) // nil once called
}

// whenOver calls once when the sides that count have ended or finished, and the
// stream has closed, or when it has failed.
func (l *life) whenOver(reads, writes bool, call func(Error)) {
	o := &over{life: l, reads: reads, writes: writes, call: call}
	o.closes = reads == (l.r != nil) && writes == (l.w != nil)
	if l.r != nil {
		l.r.onEnd.on((*overEnd)(o))
	}
	if l.w != nil {
		l.w.onFinish.on((*overFinish)(o))
	}
	l.onError.on((*overError)(o))
	l.onClose.on((*overClose)(o))
}

// What hears the events of the stream.
type (
	overEnd    over
	overFinish over
	overError  over
	overClose  over
)

func (o *overEnd) hear(Error)       { o.ended = true; (*over)(o).sideOver() }
func (o *overFinish) hear(Error)    { o.finished = true; (*over)(o).sideOver() }
func (o *overError) hear(err Error) { (*over)(o).done(err) }
func (o *overClose) hear(Error)     { (*over)(o).close() }

// sideOver hears that one side is over. A healthy stream will close by itself, and
// is over then.
func (o *over) sideOver() {
	if o.destroyed {
		o.closes = false
	}
	if !o.closes && (o.ended || !o.reads) && (o.finished || !o.writes) {
		o.done(Error{})
	}
}

func (o *over) close() {
	var err Error
	if o.w != nil {
		err = o.w.err
	}
	if o.r != nil && err.IsZero() {
		err = o.r.err
	}
	complete := (!o.reads || o.ended || o.r.handedOut()) && (!o.writes || o.finished || o.w.written())
	if err.IsZero() && !complete {
		err = Fault(CodePrematureClose)
	}
	o.done(err)
}

func (o *over) done(err Error) {
	if o.call != nil {
		call := o.call
		o.call = nil
		call(err)
	}
}

// handedOut reports whether the source has nothing more to give.
func (r *Readable) handedOut() bool {
	return r.err.IsZero() && (r.endEmitted || r.ended && r.length == 0)
}

// written reports whether the destination has nothing more to write.
func (w *Writable) written() bool {
	return w.finished || w.err.IsZero() && w.ended && w.length == 0
}
