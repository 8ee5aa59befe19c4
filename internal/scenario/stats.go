package scenario

import (
	"slices"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// Stats returns the counts and times of the run so far. It may be called at any
// time; during a virtual run it waits for the end. All its times are virtual,
// also those of a live run, except LastMoved.
func (r *Run) Stats() ledger.Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver.stats()
}

// Series returns how the run went so far, and how its first stages went as destinations
// of what is before them. It may be called at any time; during a virtual run it waits for
// the end. All its times are virtual.
func (r *Run) Series() (whole ledger.Series, stages [][]ledger.Bucket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.driver.tellLengths(r.driver.ledger)
	whole = r.driver.ledger.Series(r.driver.now())
	r.driver.track.Join(&whole)
	for _, g := range r.driver.stages[:min(len(r.driver.stages), mostDrawn)] {
		stages = append(stages, g.series())
	}
	return whole, stages
}

// Over reports whether the source has ended and the destinations have written
// everything.
func (r *Run) Over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := r.driver.src.readable.Ended()
	for _, g := range r.driver.stages {
		over = over && g.transform.Out().Ended()
	}
	for _, dst := range r.driver.dests {
		over = over && dst.writable.Length() == 0
	}
	return over
}

// Failure returns the first error of the run so far.
func (r *Run) Failure() Failure {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver.failure
}

// tellLengths tells a ledger the lengths of the destinations.
func (d *driver) tellLengths(l *ledger.Ledger) {
	for i, dst := range d.dests {
		l.Buffered(d.now(), i, dst.writable.Length(), dst.writable.Stats().PeakLength)
	}
}

// stats returns the snapshot of the ledger.
func (d *driver) stats() ledger.Snapshot {
	d.tellLengths(d.ledger)
	snapshot := d.ledger.Snapshot(d.now(), d.waitingFor())
	snapshot.Awaited = d.awaited()
	snapshot.Waits = d.waits
	return snapshot
}

// awaited returns the end that holds up the run.
func (d *driver) awaited() ledger.Awaited {
	a := ledger.Awaited{Side: d.waitingFor()}
	busy := 0
	for _, dst := range d.dests {
		if dst.busy {
			a.Destination = dst.index + 1
			busy++
		}
	}
	if busy > 1 {
		a.Destination = 0
	}
	return a
}

// hold says that the time since the last entry belongs to whoever holds up the run now.
func (d *driver) hold(until time.Duration) {
	h := d.holder()
	if len(d.legs) > 0 {
		h = d.holdLegs(until)
	}
	before := d.waits.Of(ledger.ByStage)
	d.waits.Until(until, h)
	d.track.Until(until, h)
	if len(d.legs) > 0 { // it may turn out to have been less
		d.held[d.heldBy] += d.waits.Of(ledger.ByStage) - before
	}
}

// holder returns who holds up the run. All else happens at once in virtual time.
func (d *driver) holder() ledger.Holder {
	if len(d.legs) > 0 {
		h, _ := d.holderOfChain()
		return h
	}
	destination := ledger.ByProgram
	if d.destBusy() {
		destination = ledger.ByDestination
	}
	return ledger.Between(d.sourceHolder(), destination)
}

// sourceHolder returns who keeps the first source from being read, or ByProgram.
func (d *driver) sourceHolder() ledger.Holder {
	switch {
	case d.ledger.ByUser():
		return ledger.ByUser
	case d.src.waitedFor():
		return ledger.BySource
	}
	return ledger.ByProgram
}

func (d *driver) destBusy() bool {
	return slices.ContainsFunc(d.dests, func(dst *dest) bool { return dst.busy })
}

// waitingFor returns the side that holds up the run.
func (d *driver) waitingFor() side.Side {
	switch {
	case d.destBusy():
		return side.Destination
	case d.ledger.ByUser() || d.src.ended:
		return side.Neither
	case len(d.legs) > 0 && d.holder() == ledger.ByStage:
		return side.Neither
	}
	return side.Source
}

// Failure is the first error of a run, or none.
type Failure struct {
	Code string // empty if there is none
	Dst  int    // index of the destination, or [stream.FromSource]
}

// note keeps the error of e, unless there was one before.
func (f *Failure) note(e *stream.Event) {
	if f.Code == "" && e.Code != "" {
		*f = Failure{e.Code, e.Dst}
	}
}

// now returns the virtual time.
func (d *driver) now() time.Duration { return millis(d.nowMS) }

// millis returns ms milliseconds, or the longest Duration if that is shorter.
func millis(ms int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(min(ms, most)) * time.Millisecond
}
