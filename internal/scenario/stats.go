package scenario

import (
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// Stats is what the run has come to so far. It may be called at any time; from a
// virtual run it gets its answer at the end. All times but that of the byte that
// moved last are those of the scenario: a live run has the same as a virtual one.
func (r *Run) Stats() ledger.Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver.stats()
}

// Over reports whether the source has ended, and all of it is at the destinations.
func (r *Run) Over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	over := r.driver.src.readable.Ended()
	for _, dst := range r.driver.dests {
		over = over && dst.writable.Length() == 0
	}
	return over
}

// Failure is the first error of the run so far.
func (r *Run) Failure() Failure {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver.failure
}

func (d *driver) stats() ledger.Snapshot {
	for i, dst := range d.dests {
		d.ledger.Buffered(d.now(), i, dst.writable.Length(), dst.writable.Stats().PeakLength)
	}
	return d.ledger.Snapshot(d.now(), d.waitingFor())
}

// waitingFor is the side that is to answer next.
func (d *driver) waitingFor() side.Side {
	for _, dst := range d.dests {
		if dst.busy {
			return side.Destination
		}
	}
	if d.ledger.ByUser() || d.src.ended {
		return side.Neither
	}
	return side.Source
}

// Failure is the first error of a run, or none.
type Failure struct {
	Code string // empty where there is none
	Dst  int    // index of the destination, or [stream.FromSource]
}

// note keeps an error unless there was one before.
func (f *Failure) note(e *stream.Event) {
	if f.Code == "" && e.Code != "" {
		*f = Failure{e.Code, e.Dst}
	}
}

// now is how far the scenario has come.
func (d *driver) now() time.Duration { return millis(d.nowMS) }

// millis is a time of the scenario, or the longest there is.
func millis(ms int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(min(ms, most)) * time.Millisecond
}
