package scenario

import (
	"fmt"
	"sync/atomic"

	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// driver answers the machine's requests as the scenario says.
type driver struct {
	scenario *Scenario
	observe  Observer
	machine  *stream.Machine
	pipeline *stream.Pipeline // nil if joined by pipes
	src      *source
	dests    []*dest
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
	failure   Failure
}

func newDriver(s *Scenario, observe Observer) *driver {
	d := &driver{scenario: s, observe: observe, ledger: ledger.New(len(s.dests))}
	d.machine = stream.New(d, s.rules)
	d.src = newSource(d)
	for i := range s.dests {
		d.dests = append(d.dests, newDest(d, i))
	}
	return d
}

// start books all that is known beforehand, joins the streams, and lets happen
// what happens at once. The order of booking counts at equal times: due chunks
// come before actions, and both before whatever the machine asks for.
func (d *driver) start() {
	d.src.start()
	for i, a := range d.scenario.actions {
		d.agenda.book(a.atMS, act, i)
	}
	for _, size := range d.scenario.prefill {
		d.dests[0].writable.Write(size)
	}
	if d.scenario.pipeline {
		d.pipeline = d.machine.Pipeline(d.src.readable, d.dests[0].writable)
	} else {
		for _, dst := range d.dests {
			d.pipe(dst)
		}
	}
	d.machine.Settle()
}

func (d *driver) pipe(dst *dest) {
	d.src.readable.Pipe(dst.writable, stream.PipeOptions{
		KeepOpen:           d.scenario.keepOpen,
		IgnoreBackpressure: d.scenario.ignoreBackpressure,
	})
}

// step lets the next entry happen, and all that follows from it at once. It
// returns false if no entry is left.
func (d *driver) step() bool {
	e, ok := d.agenda.pop()
	if ok {
		d.waits.Until(millis(e.atMS), d.holder())
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
		d.src.arrive()
	case written:
		d.dests[e.index].done()
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

// act does what an action says.
func (d *driver) act(a action) {
	src := d.src.readable
	switch a.do {
	case doPause:
		src.Pause()
	case doResume:
		src.Resume()
	case doRead:
		src.Read()
	case doUnpipeAll:
		src.UnpipeAll()
	case doDestroySrc:
		src.Destroy(a.err)
	case doAbort:
		d.pipeline.Abort()
	default:
		d.actOn(d.dests[a.dest], a)
	}
}

// actOn is act for the actions that concern a destination.
func (d *driver) actOn(dst *dest, a action) {
	switch a.do {
	case doUnpipe:
		d.src.readable.Unpipe(dst.writable)
	case doRepipe:
		d.pipe(dst)
	case doDestroyDest:
		dst.writable.Destroy(a.err)
	case doEndDest:
		dst.writable.End()
	case doWriteDest:
		dst.writable.Write(a.bytes)
	case doCork:
		dst.writable.Cork()
	case doUncork:
		dst.writable.Uncork()
	}
}

// Event notes an event and passes it on. It implements [stream.Observer].
func (d *driver) Event(e *stream.Event) {
	d.ledger.Event(d.now(), e)
	switch e.Kind {
	case stream.Pause:
		d.pauses.add(e.Cause)
	case stream.Resume:
		d.resumes.add(e.Cause)
	case stream.Errored, stream.Callback:
		d.failure.note(e)
	}
	if d.observe != nil {
		d.observe(d.nowMS, e)
	}
}
