package stream

// over waits for one stream to be over, whichever way, and tells it once.
// Node's finished().
type over struct {
	call func(Error) // nil once called
}

// whenOver calls once when the source has ended and closed, or failed.
func (r *Readable) whenOver(call func(Error)) {
	o := &over{call: call}
	r.onEnd.on(func(Error) { o.end(r.destroyed) })
	r.onError.on(o.done)
	r.onClose.on(func(Error) { o.close(r.err, r.handedOut()) })
}

// whenOver calls once when the destination has finished and closed, or failed.
func (w *Writable) whenOver(call func(Error)) {
	o := &over{call: call}
	w.onFinish.on(func(Error) { o.end(w.destroyed) })
	w.onError.on(o.done)
	w.onClose.on(func(Error) { o.close(w.err, w.written()) })
}

// handedOut reports whether the source has nothing more to give.
func (r *Readable) handedOut() bool {
	return r.err.IsZero() && (r.endEmitted || r.ended && r.length == 0)
}

// written reports whether the destination has nothing more to write.
func (w *Writable) written() bool {
	return w.finished || w.err.IsZero() && w.ended && w.length == 0
}

// end hears that the stream has ended. A healthy one will close by itself, and
// is over then.
func (o *over) end(destroyed bool) {
	if destroyed {
		o.done(Error{})
	}
}

func (o *over) close(err Error, complete bool) {
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
