package transfer

import (
	"sync/atomic"

	"bpcopy/internal/stream"
)

// Totals are the sums of what several copies have come to. They may be read at
// any time, and cost less than the [Copy.Stats] of all of them.
type Totals struct {
	Read, Written           atomic.Int64 // bytes
	Pauses, Drains, Resumes atomic.Int64 // as in [ledger.Snapshot]
}

// count counts an event.
func (t *Totals) count(e *stream.Event) {
	switch {
	case e.Kind == stream.Pause && e.Cause == stream.CauseBackpressure:
		t.Pauses.Add(1)
	case e.Kind == stream.Drain:
		t.Drains.Add(1)
	case e.Kind == stream.Resume && e.Cause == stream.CauseDrain:
		t.Resumes.Add(1)
	}
}
