package progress

import (
	"time"

	"bpcopy/internal/units"
)

// stallAfter is how long nothing may move before the copy is called stalled.
const stallAfter = time.Second

// etaUnknown is the estimate where there is nothing to estimate from.
const etaUnknown time.Duration = -1

// Outcome is how a copy ended.
type Outcome int

// The outcomes; a copy that has not ended is [Running].
const (
	Running Outcome = iota
	Finished
	Failed
	Interrupted
)

// Snapshot is all that one frame shows: a sample, what a [Meter] made of those
// before it, and how to show them.
type Snapshot struct {
	Sample
	Name    string
	Elapsed time.Duration
	Stalled time.Duration // for how long nothing has moved, once that is a stall; else 0
	Rate    units.Rate
	ETA     time.Duration // negative where it is not known
	Outcome Outcome

	BufferFirst bool // what is buffered matters more than the time to go

	Colour bool // the line may hold colour escapes
	UTF8   bool // the line may hold more than ASCII
}

// sized reports whether a share of the whole can be told.
func (s Snapshot) sized() bool { return s.Size >= 0 }

// progress returns how much is done of a total of at least 1, with done never
// above total: a source may grow past the size it had, and may be empty. Only a
// copy that runs or has finished may reach the total: 100 % means success.
func (s Snapshot) progress() (done, total int64) {
	done, total = max(s.Written, 0), max(s.Written, s.Size)
	if total <= 0 {
		total = 1
		if s.Outcome == Finished {
			done = 1
		}
	}
	if s.Outcome == Failed || s.Outcome == Interrupted {
		done = min(done, total-max(1, total/100))
	}
	return done, total
}

// percent returns the share that is done, rounded down. It is progressbar's own
// formula: plain line and bar must not disagree.
func (s Snapshot) percent() int {
	done, total := s.progress()
	return int(float64(done) / float64(total) * 100)
}
