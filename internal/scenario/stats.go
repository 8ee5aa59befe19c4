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
	r.driver.tellLengths()
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

// tellLengths tells the ledger the lengths.
func (d *driver) tellLengths() {
	for i, dst := range d.dests {
		d.ledger.Buffered(d.now(), i, dst.writable.Length(), dst.writable.Stats().PeakLength)
	}
}

// stats returns the snapshot of the ledger.
func (d *driver) stats() ledger.Snapshot {
	d.tellLengths()
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

// holder returns who holds up the run. All else happens at once in virtual time.
func (d *driver) holder() ledger.Holder {
	source, destination := ledger.ByProgram, ledger.ByProgram
	switch {
	case d.ledger.ByUser():
		source = ledger.ByUser
	case d.src.waitedFor():
		source = ledger.BySource
	}
	if d.busy() {
		destination = ledger.ByDestination
	}
	return ledger.Between(source, destination)
}

// busy reports whether a destination writes, or a stage works: to the source that
// is the same.
func (d *driver) busy() bool {
	return slices.ContainsFunc(d.dests, func(dst *dest) bool { return dst.busy }) ||
		slices.ContainsFunc(d.stages, func(g *stage) bool { return g.busy })
}

// waitingFor returns the side that holds up the run.
func (d *driver) waitingFor() side.Side {
	if d.busy() {
		return side.Destination
	}
	if d.ledger.ByUser() || d.src.ended {
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
