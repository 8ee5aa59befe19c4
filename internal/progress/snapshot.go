package progress

import (
	"time"

	"bpcopy/internal/units"
)

// stallAfter is how long no byte may move before the copy counts as stalled.
const stallAfter = time.Second

// etaUnknown is the remaining time when no byte has moved lately.
const etaUnknown time.Duration = -1

// Outcome is how a copy ended.
type Outcome int

// The outcomes. A copy that has not ended is [Running].
const (
	Running Outcome = iota
	Finished
	Failed
	Interrupted
)

// Snapshot is all that one frame or plain line shows: a sample, what a [Meter]
// computed from it and from those before it, and how to show them.
type Snapshot struct {
	Sample
	Name    string        // not yet inert
	Stalled time.Duration // for how long no byte has moved; 0 below one second
	Rate    units.Rate    // see Meter.Rate
	ETA     time.Duration // see Meter.ETA; negative if not known
	Waited  Waited        // in the last 3 s, or since the last plain line
	Outcome Outcome

	BufferFirst bool // the buffered bytes matter more than the bar

	Colour bool // the line may hold colours, as escape sequences
	UTF8   bool // the line may hold more than ASCII
}

// sized reports whether the size is known, and so a percentage.
func (s Snapshot) sized() bool { return s.Size >= 0 }

// progress returns how many bytes of how many are done, for the percentage. The
// total is at least 1, and done never exceeds it: a source may be empty, or
// grow past its size. After a failure or a signal done is less than the total:
// 100 % means success.
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

// percent returns the percentage that is done, rounded down.
func (s Snapshot) percent() int {
	return int(s.done() * 100)
}

// done returns which share is done, from 0 to 1.
func (s Snapshot) done() float64 {
	done, total := s.progress()
	return float64(done) / float64(total)
}
