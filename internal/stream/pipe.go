package stream

import "slices"

// pipe carries chunks from the source to one destination and makes the source
// wait for it. It is what one call of Node's src.pipe(dest) leaves behind; a
// second call for the same destination leaves a second one.
type pipe struct {
	src                *Readable
	dst                *Writable
	ignoreBackpressure bool // it does not wait
	draining           bool // it listens for drains: from the first full destination on
	keepOpen           bool // it does not end the destination
	off                bool // it is taken apart
}

// PipeOptions says how a pipe behaves.
type PipeOptions struct {
	KeepOpen bool // the end of the source does not end the destination: Node's end: false
	// IgnoreBackpressure goes on writing when write() returns false, as programs do
	// that forget to look: it is Node's pipe() where the false is never heard.
	IgnoreBackpressure bool
}

// Pipe makes every chunk of the source go to dst as well. The slowest of several
// destinations governs.
func (r *Readable) Pipe(dst *Writable, opts PipeOptions) {
	r.m.enter(CauseInitial)
	defer r.m.leave()
	p := &pipe{src: r, dst: dst, ignoreBackpressure: opts.IgnoreBackpressure, keepOpen: opts.KeepOpen}
	r.pipes = append(r.pipes, p)
	if r.endEmitted {
		r.m.NextTick(p.atEnd)
	} else {
		r.onEnd.on((*pipeEnd)(p))
	}
	dst.pipes = append(dst.pipes, p)
	r.listening = append(slices.Clip(r.listening), p)
	if r.flow != flowPaused {
		r.Resume()
	}
	dst.onError.prepend((*pipeError)(p))
	dst.onClose.on((*pipeClose)(p))
	dst.onFinish.on((*pipeFinish)(p))
	r.m.emit(Event{Kind: Pipe, Dst: dst.dst, Index: dst.index, Length: dst.length})
	if dst.NeedDrain() {
		p.wait()
	} else {
		r.Resume()
	}
}

// What hears the end of the source, and the other events of the destination.
type (
	pipeEnd    pipe
	pipeError  pipe
	pipeClose  pipe
	pipeFinish pipe
)

func (p *pipeEnd) hear(Error)    { (*pipe)(p).atEnd() }
func (p *pipeError) hear(Error)  { (*pipe)(p).unpipe(); p.dst.onError.remove(p) }
func (p *pipeClose) hear(Error)  { p.dst.onFinish.remove((*pipeFinish)(p)); (*pipe)(p).unpipe() }
func (p *pipeFinish) hear(Error) { p.dst.onClose.remove((*pipeClose)(p)); (*pipe)(p).unpipe() }

// atEnd is what the end of the source is for.
func (p *pipe) atEnd() {
	if p.keepOpen {
		p.unpipe()
	} else {
		p.dst.End()
	}
}

// Unpipe takes the oldest pipe to dst apart. With the last one gone, the source
// pauses.
func (r *Readable) Unpipe(dst *Writable) {
	i := slices.IndexFunc(r.pipes, func(p *pipe) bool { return p.dst == dst })
	if i < 0 {
		return
	}
	r.m.enter(r.unpipeCause())
	defer r.m.leave()
	r.pipes = slices.Delete(r.pipes, i, i+1)
	if len(r.pipes) == 0 {
		r.Pause()
	}
	dst.unpiped(r)
}

// UnpipeAll takes every pipe apart.
func (r *Readable) UnpipeAll() {
	if len(r.pipes) == 0 {
		return
	}
	r.m.enter(r.unpipeCause())
	defer r.m.leave()
	pipes := r.pipes
	r.pipes = nil
	r.Pause()
	for _, p := range pipes {
		p.dst.unpiped(r)
	}
}

func (r *Readable) unpipeCause() Cause {
	if r.m.cause() == CauseUser {
		return CauseUser
	}
	return CauseUnpipe
}

// unpiped tells the oldest pipe from src to this destination that it is off.
func (w *Writable) unpiped(src *Readable) {
	w.m.emit(Event{Kind: Unpipe, Dst: w.dst, Index: w.index, Length: w.length})
	if i := slices.IndexFunc(w.pipes, func(p *pipe) bool { return p.src == src }); i >= 0 {
		w.pipes[i].takeApart()
	}
}

func (p *pipe) unpipe() { p.src.Unpipe(p.dst) }

func (p *pipe) takeApart() {
	p.dst.onClose.remove((*pipeClose)(p))
	p.dst.onFinish.remove((*pipeFinish)(p))
	p.dst.onError.remove((*pipeError)(p))
	p.dst.drains = without(slices.Clone(p.dst.drains), drainer(p))
	p.dst.pipes = without(p.dst.pipes, p)
	p.src.onEnd.remove((*pipeEnd)(p))
	p.src.listening = without(slices.Clone(p.src.listening), p)
	p.off = true
	// The source must not go on waiting for a destination that is off.
	if p.draining && (p.dst.needDrain || p.src.m.rules.UnpipeForgets) {
		p.drained()
	}
}

// data hands one chunk on.
func (p *pipe) data(size int64) {
	if !p.dst.Write(size) && !p.ignoreBackpressure {
		p.wait()
	}
}

// wait pauses the source until the destination drains. A pipe that was taken
// apart by this very write does not pause it, but listens all the same.
func (p *pipe) wait() {
	if !p.off {
		p.src.awaitDrain(p.dst)
		p.src.Pause()
	}
	if !p.draining {
		p.draining = true
		p.dst.listenForDrain(p)
	}
}

// drained resumes the source once it waits for no other destination.
func (p *pipe) drained() {
	if waits := p.src.awaiting; len(waits) == 1 && waits[0] == p.dst {
		p.src.awaiting = waits[:0] // the usual case
	} else {
		p.src.awaiting = without(waits, p.dst)
	}
	if len(p.src.awaiting) == 0 && len(p.src.listening) > 0 {
		p.src.Resume()
	}
}

// awaitDrain adds to the destinations that the source waits for. One that is
// the only one is the only one to wait for: others may have gone without a drain.
func (r *Readable) awaitDrain(dst *Writable) {
	if len(r.pipes) == 1 {
		r.awaiting = r.awaiting[:0]
	}
	if !slices.Contains(r.awaiting, dst) {
		r.awaiting = append(r.awaiting, dst)
	}
}

// without removes the first v from list, in place.
func without[T comparable](list []T, v T) []T {
	if i := slices.Index(list, v); i >= 0 {
		return slices.Delete(list, i, i+1)
	}
	return list
}
