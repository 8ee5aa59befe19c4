package proxy

import (
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/transfer"
)

// Connections says what became of the connections.
type Connections struct {
	Opened, Completed, Failed, Cut int64
	Open, MostAtOnce               int64
}

// Flow is what one direction of all connections has come to.
type Flow struct {
	Read, Written           int64 // bytes
	Pauses, Drains, Resumes int64
	Paused, LongestPause    time.Duration
	PeakLength              int64
	Waits                   [5]time.Duration // by ledger.Holder
	Time                    time.Duration    // of all copies together
	Conduit                 string           // memory, kernel, or both; "" if no byte moved

	Stalled time.Duration // for how long the script let nothing through
	Stalls  int64         // that made bytes wait
	// What follows is nil unless there was such a stall.
	Accepted     *int64         // most bytes of one stall
	QuietAfter   *time.Duration // longest
	ResumedAfter *time.Duration // longest; nil also if no sender went on
}

// ending is how a connection ended.
type ending int

const (
	completed ending = iota
	failed
	cut
)

// tally counts what all connections have come to. Any goroutine may use it.
type tally struct {
	totals [2]transfer.Totals // of the flows, also while connections are open

	opened, open, most atomic.Int64
	stalled            atomic.Int64 // directions that are in a stall

	mu    sync.Mutex // guards what follows
	ends  [3]int64   // by ending
	flows [2]Flow    // of connections that have ended
}

// begin counts a connection and returns its number.
func (t *tally) begin() int64 {
	now := t.open.Add(1)
	for most := t.most.Load(); now > most && !t.most.CompareAndSwap(most, now); {
		most = t.most.Load()
	}
	return t.opened.Add(1)
}

// end counts how a connection ended.
func (t *tally) end(e ending) {
	t.open.Add(-1)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ends[e]++
}

// add adds a direction that has ended.
func (t *tally) add(d Direction, s ledger.Snapshot, conduit string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &t.flows[d]
	f.Paused += s.Paused
	f.LongestPause = max(f.LongestPause, s.LongestPause)
	f.PeakLength = max(f.PeakLength, s.PeakLength)
	for h := range f.Waits {
		f.Waits[h] += s.Waits.Of(ledger.Holder(h))
	}
	f.Time += s.Elapsed
	switch {
	case s.Read == 0, f.Conduit == conduit:
	case f.Conduit == "":
		f.Conduit = conduit
	default:
		f.Conduit = "both"
	}
}

// flow returns what a direction has come to. The totals include connections that
// are open.
func (t *tally) flow(d Direction) Flow {
	t.mu.Lock()
	f := t.flows[d]
	t.mu.Unlock()
	totals := &t.totals[d]
	f.Read, f.Written = totals.Read.Load(), totals.Written.Load()
	f.Pauses, f.Drains, f.Resumes = totals.Pauses.Load(), totals.Drains.Load(), totals.Resumes.Load()
	return f
}

// connections returns what became of the connections.
func (t *tally) connections() Connections {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Connections{
		Opened:     t.opened.Load(),
		Completed:  t.ends[completed],
		Failed:     t.ends[failed],
		Cut:        t.ends[cut],
		Open:       t.open.Load(),
		MostAtOnce: t.most.Load(),
	}
}

// stall is what was measured in one stall.
type stall struct {
	lasted   time.Duration
	held     bool // bytes had to wait for its end
	accepted int64
	quiet    time.Duration
	resumed  time.Duration // negative if the sender did not go on
}

// addStall adds a stall that is over.
func (t *tally) addStall(d Direction, s stall) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := &t.flows[d]
	f.Stalled += s.lasted
	if !s.held {
		return
	}
	f.Stalls++
	raise(&f.Accepted, s.accepted)
	raise(&f.QuietAfter, s.quiet)
	if s.resumed >= 0 {
		raise(&f.ResumedAfter, s.resumed)
	}
}

// raise makes a number at least as large as another one.
func raise[N int64 | time.Duration](n **N, to N) {
	if *n == nil || **n < to {
		*n = &to
	}
}
