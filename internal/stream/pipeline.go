package stream

// Pipeline is Node's pipeline(source, destination, callback): a pipe that ends
// its destination and, on the first failure, destroys everything with it.
//
// Where failures follow one another, or the source was destroyed with its end
// known, its callback may never come: see [Rules.FailuresTwice].
type Pipeline struct {
	m        *Machine
	err      Error
	pending  int  // sides that are not over yet; with FailuresTwice each failure told counts as well
	settled  bool // it has failed or is over, and can be aborted no more
	destroys []func(Error)
}

// Pipeline joins the source to its destinations. The callback event tells that
// both sides are over. Node's takes one destination; with several, all of them
// must finish.
func (m *Machine) Pipeline(src *Readable, dsts ...*Writable) *Pipeline {
	return m.PipelineThrough(src, nil, dsts...)
}

// PipelineThrough is Pipeline with stages between source and destinations.
func (m *Machine) PipelineThrough(src *Readable, stages []*Transform, dsts ...*Writable) *Pipeline {
	l := &Pipeline{m: m}
	l.guard(src.life, true, false)
	for _, t := range stages {
		l.guard(t.in.life, true, true)
		l.join(src, t.in)
		src = t.out
	}
	for _, dst := range dsts {
		l.guard(dst.life, false, true)
		l.join(src, dst)
	}
	return l
}

// Abort destroys everything, as an AbortSignal given to Node's pipeline does. It
// does nothing once the pipeline has failed or is over.
func (l *Pipeline) Abort() {
	if !l.settled {
		l.over(Error{Code: CodeAborted, abort: true}, false)
	}
}

// guard lets the pipeline destroy a stream, and hear of its errors.
func (l *Pipeline) guard(stream *life, reads, writes bool) {
	finished := false
	stream.onClose.on(hearing(func(Error) { finished = true }))
	stream.whenOver(reads, writes, func(err Error) { finished = err.IsZero() })
	l.destroys = append(l.destroys, func(err Error) {
		if !finished {
			finished = true
			stream.Destroy(err)
		}
	})
	stream.onError.on((*pipelineError)(l))
}

// join pipes one stream to the next and waits for both.
func (l *Pipeline) join(src *Readable, dst *Writable) {
	l.pending += 2
	ended := false
	dst.onClose.on(hearing(func(Error) {
		if !ended {
			l.failed(Fault(CodePrematureClose))
		}
	}))
	src.Pipe(dst, PipeOptions{KeepOpen: true})
	end := func() { ended = true; dst.End() }
	if src.endEmitted {
		l.m.NextTick(end)
	} else {
		src.onEnd.on(hearing(func(Error) { end() }))
	}
	src.whenOver(true, false, func(err Error) {
		if err.Code == CodePrematureClose && src.ended && src.err.IsZero() && !src.errorEmitted {
			// Node goes on waiting for the end, which a source that was destroyed with
			// chunks queued never emits. Its pipeline is then never over.
			return
		}
		l.finish(err)
	})
	dst.whenOver(false, true, l.finish)
}

// pipelineError hears an error event, which destroys everything at once.
type pipelineError Pipeline

func (l *pipelineError) hear(err Error) {
	if !err.abort && err.Code != CodePrematureClose {
		(*Pipeline)(l).failed(err)
	}
}

// failed is told of a failure before the side that it befell is over.
func (l *Pipeline) failed(err Error) {
	if l.m.rules.FailuresTwice {
		l.finish(err)
	} else {
		l.over(err, false)
	}
}

func (l *Pipeline) finish(err Error) {
	l.pending--
	l.over(err, l.pending == 0)
}

func (l *Pipeline) over(err Error, final bool) {
	replaces := l.err.IsZero() || l.err.Code == CodePrematureClose || l.err.abort && !l.m.rules.AbortStays
	if !err.IsZero() && replaces {
		l.err = err
	}
	if l.err.IsZero() && !final {
		return
	}
	l.settled = true
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
		code := l.err.Code // what comes to be known later is too late
		l.m.NextTick(func() { l.m.emit(Event{Kind: Callback, Dst: FromSource, Code: code}) })
	}
}
