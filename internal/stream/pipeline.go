package stream

// Pipeline is Node's pipeline(source, destination, callback): a pipe that ends
// its destination and, on the first failure, destroys everything with it.
//
// Where failures follow one another its callback may come at another moment than
// from Node 22 on, and where the source was destroyed with its end known it may
// come at all: 22 no longer counts one failure twice.
type Pipeline struct {
	m        *Machine
	err      Error
	pending  int // sides that are not over yet; each failure told counts as well
	destroys []func(Error)
}

// Pipeline joins the source to its destinations. The callback event tells that
// both sides are over. Node's takes one destination; with several, all of them
// must finish.
func (m *Machine) Pipeline(src *Readable, dsts ...*Writable) *Pipeline {
	l := &Pipeline{m: m}
	l.guardSource(src)
	for _, dst := range dsts {
		l.guardDestination(dst)
		l.join(src, dst)
	}
	return l
}

// Abort destroys everything, as an AbortSignal given to Node's pipeline does.
func (l *Pipeline) Abort() {
	l.over(Error{Code: CodeAborted, abort: true}, false)
}

// guardSource lets the pipeline destroy the source, and hear of its errors.
func (l *Pipeline) guardSource(src *Readable) {
	finished := false
	src.onClose.on(func(Error) { finished = true })
	src.whenOver(func(err Error) { finished = err.IsZero() })
	l.destroys = append(l.destroys, func(err Error) {
		if !finished {
			finished = true
			src.Destroy(err)
		}
	})
	src.onError.on(l.failed)
}

// guardDestination is guardSource for a destination.
func (l *Pipeline) guardDestination(dst *Writable) {
	finished := false
	dst.onClose.on(func(Error) { finished = true })
	dst.whenOver(func(err Error) { finished = err.IsZero() })
	l.destroys = append(l.destroys, func(err Error) {
		if !finished {
			finished = true
			dst.Destroy(err)
		}
	})
	dst.onError.on(l.failed)
}

// join pipes the source to one destination and waits for both.
func (l *Pipeline) join(src *Readable, dst *Writable) {
	l.pending += 2
	ended := false
	dst.onClose.on(func(Error) {
		if !ended {
			l.finish(Fault(CodePrematureClose))
		}
	})
	src.Pipe(dst, PipeOptions{KeepOpen: true})
	end := func() { ended = true; dst.End() }
	if src.handedOut() {
		l.m.NextTick(end)
	} else {
		src.onEnd.onOnce(func(Error) { end() })
	}
	src.whenOver(func(err Error) {
		if err.Code == CodePrematureClose && src.ended && src.err.IsZero() && !src.errorEmitted {
			// Node goes on waiting for the end, which a source that was destroyed with
			// chunks queued never emits. Its pipeline is then never over.
			return
		}
		l.finish(err)
	})
	dst.whenOver(l.finish)
}

// failed hears errors, which destroy everything at once.
func (l *Pipeline) failed(err Error) {
	if !err.abort && err.Code != CodePrematureClose {
		l.finish(err)
	}
}

func (l *Pipeline) finish(err Error) {
	l.pending--
	l.over(err, l.pending == 0)
}

func (l *Pipeline) over(err Error, final bool) {
	if !err.IsZero() && (l.err.IsZero() || l.err.Code == CodePrematureClose) {
		l.err = err
	}
	if l.err.IsZero() && !final {
		return
	}
	destroys := l.destroys
	l.destroys = nil
	cause := l.err
	if cause.IsZero() {
		cause = Fault(CodeDestroyed)
	}
	for _, destroy := range destroys {
		destroy(cause)
	}
	if final {
		l.m.NextTick(func() { l.m.emit(Event{Kind: Callback, Dst: FromSource, Code: l.err.Code}) })
	}
}
