package picture

import (
	"time"

	"bpcopy/internal/ledger"
)

const (
	// span is the time of one spark.
	span = 200 * time.Millisecond
	// sparks is how many a history keeps: the last 10 seconds.
	sparks = 50
	// glow is how long an arrow stays lit: two frames of a display that draws
	// ten times a second.
	glow = 200 * time.Millisecond
)

// arrow is something that happens between the source and the destinations.
type arrow int

const (
	data   arrow = iota // the source hands out a chunk
	pause               // write() has returned false
	resume              // all destinations that were full have drained
	drain
	taken // by a destination
	arrows
)

// History is what a picture remembers of the seconds before it. The zero value
// remembers nothing. It takes no more memory for remembering longer.
type History struct {
	at     time.Duration         // of the last observation
	counts [arrows]int64         // at that time
	lit    [arrows]time.Duration // until when each arrow is lit
	fill   [sparks]int64         // ring: the greatest length in each span, in bytes
	newest int64                 // number of the newest span, from 0 at the start
	peak   int64                 // the most that waited at the source, in bytes
}

// Observe tells what is true at a time. That is since the start of the display,
// since the time of a snapshot may stand still: that of a demo does while nothing
// happens. A time before the last one counts as that.
func (h *History) Observe(at time.Duration, s ledger.Snapshot) {
	h.at = max(h.at, at)
	for a, count := range countsOf(s) {
		if count > h.counts[a] {
			h.lit[a] = h.at + glow
		}
		h.counts[a] = count
	}
	h.peak = max(h.peak, ahead(s))
	now := int64(h.at / span)
	for ; h.newest < now; h.newest++ {
		if now-h.newest > sparks { // all of them are older than that
			h.newest = now - sparks
		}
		h.fill[(h.newest+1)%sparks] = 0
	}
	fill := &h.fill[now%sparks]
	*fill = max(*fill, s.Length)
}

// countsOf returns how often what an arrow stands for has happened, or a number
// that grows with it.
func countsOf(s ledger.Snapshot) (counts [arrows]int64) {
	counts[pause], counts[resume], counts[drain] = s.Pauses, s.Resumes, s.Drains
	for _, d := range s.Destinations {
		counts[data] = max(counts[data], d.Writes)
		counts[taken] += d.Bytes
	}
	return counts
}

// isLit reports whether an arrow is lit at the last observation.
func (h *History) isLit(a arrow) bool { return h.at < h.lit[a] }

// last returns the greatest lengths in the last n spans, oldest first. Spans
// before the start are left out.
func (h *History) last(n int) []int64 {
	n = min(n, sparks, int(h.newest)+1)
	lengths := make([]int64, n)
	for i := range lengths {
		lengths[i] = h.fill[(h.newest-int64(n-1-i))%sparks]
	}
	return lengths
}

// ahead returns how many bytes wait at the source: those that it has delivered
// and that no destination has been given.
func ahead(s ledger.Snapshot) int64 {
	var given int64
	for _, d := range s.Destinations {
		given = max(given, d.Bytes+d.Length)
	}
	return max(0, s.Read-given)
}
