package scenario

import (
	"fmt"
	"sync/atomic"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// driver answers the machine's requests as the scenario says.
type driver struct {
	scenario *Scenario
	observe  Observer
	machine  *stream.Machine
	pipeline *stream.Pipeline // nil if joined by pipes
	src      *source          // the first of:
	sources  []*source        // never empty
	stages   []*stage
	dests    []*dest
	written  []int64 // chunks that each writer has written
	joined   bool
	agenda   agenda
	nowMS    int64 // virtual time
	err      error // says that the time has overflowed, or nil
	// cancelled ends the run. The source asks for it before each chunk: if
	// source and sink are synchronous, all chunks pass while the machine
	// settles after a single entry.
	cancelled atomic.Bool
	pauses    Causes
	resumes   Causes
	ledger    *ledger.Ledger
	waits     ledger.Waits
	legs      []*leg          // nil without stages; then there are:
	held      []time.Duration // for how long each stage held up the run
	heldBy    int             // the stage that did last
	track     *ledger.HolderTrack
	failure   Failure
}

func newDriver(s *Scenario, observe Observer) *driver {
	d := &driver{scenario: s, observe: observe, ledger: ledger.New(len(s.dests)), track: ledger.NewHolderTrack()}
	d.ledger.KeepSeries()
	d.machine = stream.New(d, s.rules)
	for i := range s.sources {
		d.sources = append(d.sources, newSource(d, i))
	}
	d.src = d.sources[0]
	for i := range s.stages {
		d.stages = append(d.stages, newStage(d, i))
	}
	d.written = make([]int64, len(s.writers))
	for i := range s.dests {
		d.dests = append(d.dests, newDest(d, i))
	}
	d.makeLegs()
	return d
}

// start books all that is known beforehand, joins the streams, and lets happen
// what happens at once. The order of booking counts at equal times: due chunks
// come before actions, and both before whatever the machine asks for.
func (d *driver) start() {
	for _, s := range d.sources {
		s.start()
	}
	for i, a := range d.scenario.actions {
		d.agenda.book(a.atMS, act, i)
	}
	for i, w := range d.scenario.writers {
		d.agenda.book(w.atMS, write, i)
	}
	for _, size := range d.scenario.prefill {
		d.dests[0].writable.Write(size)
	}
	d.joined = true
	if d.scenario.pipeline {
		stages := make([]*stream.Transform, len(d.stages))
		for i, g := range d.stages {
			stages[i] = g.transform
		}
		d.pipeline = d.machine.PipelineThrough(d.src.readable, stages, d.dests[0].writable)
	} else {
		d.join()
	}
	d.machine.Settle()
}

// join pipes every stream to the next.
func (d *driver) join() {
	var from []*stream.Readable
	for _, s := range d.sources {
		from = append(from, s.readable)
	}
	for _, g := range d.stages {
		for _, r := range from {
			r.Pipe(g.transform.In(), stream.PipeOptions{})
		}
		from = []*stream.Readable{g.transform.Out()}
	}
	for _, r := range from {
		for _, dst := range d.dests {
			r.Pipe(dst.writable, d.pipeOptions())
		}
	}
}

// pipeOptions are those of the pipes into destinations.
func (d *driver) pipeOptions() stream.PipeOptions {
	return stream.PipeOptions{KeepOpen: d.scenario.keepOpen, IgnoreBackpressure: d.scenario.ignoreBackpressure}
}

// step lets the next entry happen, and all that follows from it at once. It
// returns false if no entry is left.
func (d *driver) step() bool {
	e, ok := d.agenda.pop()
	if ok {
		d.hold(millis(e.atMS))
		d.nowMS = e.atMS
		d.happen(e)
		d.machine.Settle()
	}
	return ok
}

// over reports whether the run must not go on.
func (d *driver) over() bool { return d.err != nil || d.cancelled.Load() }

func (d *driver) happen(e entry) {
	switch e.kind {
	case arrive:
		d.sources[e.index].arrive()
	case written:
		d.dests[e.index].done()
	case finalized:
		d.dests[e.index].finalized()
	case transformed:
		d.stages[e.index].done()
	case write:
		d.write(e.index)
	case opened:
		d.dests[e.index].writable.Opened()
	case act:
		d.machine.ByUser(func() { d.act(d.scenario.actions[e.index]) })
	case pauseOver:
		d.machine.ByUser(d.src.readable.Resume)
	}
}

// in books an entry in ms milliseconds from now, but not before notBeforeMS.
func (d *driver) in(ms, notBeforeMS int64, kind entryKind, index int) {
	at := max(d.nowMS+ms, notBeforeMS)
	if at > maxInteger && d.err == nil {
		d.err = &Error{Scenario: d.scenario.file, Problem: fmt.Sprintf("time overflows: at %d ms, %d ms are waited for", d.nowMS, ms)}
	}
	d.agenda.book(at, kind, index)
}

// when calls done as the step says: inside this call, on a tick, later as an entry
// of that kind and index, or never.
func (d *driver) when(step *step, bytes int64, done func(), kind entryKind, index int) {
	switch {
	case step.sync:
		done()
	case step.tick:
		d.machine.NextTick(done)
	case !step.never:
		d.in(step.takesMS(bytes), 0, kind, index)
	}
}

// inside does the actions of a step, once the streams are joined.
func (d *driver) inside(step *step) {
	if !d.joined {
		return
	}
	for _, a := range step.do {
		d.machine.ByUser(func() { d.act(a) })
	}
}

// write goes on with a writer, up to where it has to wait.
func (d *driver) write(index int) {
	w := &d.scenario.writers[index]
	dst := d.dests[w.dest].writable
	for d.written[index] < w.count && !d.over() {
		d.written[index]++
		if !dst.Write(w.size) && w.wait && d.written[index] < w.count {
			dst.OnDrain(func() { d.write(index) })
			return
		}
	}
	if w.end {
		dst.End()
	}
}

// Event notes an event and passes it on. It implements [stream.Observer].
func (d *driver) Event(e *stream.Event) {
	switch {
	case e.Dst == stream.FromStage:
		d.stages[e.Index].note(e)
	case e.Index == 0:
		d.ledger.Event(d.now(), e)
		switch e.Kind {
		case stream.Pause:
			d.pauses.add(e.Cause)
		case stream.Resume:
			d.resumes.add(e.Cause)
		}
	}
	if e.Kind == stream.Errored || e.Kind == stream.Callback {
		d.failure.note(e)
	}
	d.eventOfLeg(e)
	if d.observe != nil {
		d.observe(d.nowMS, e)
	}
}
