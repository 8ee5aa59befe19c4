package transfer

import (
	"runtime"
	"time"
)

// turn is when a goroutine that does everything lets others on its processor. It
// belongs to that goroutine; the zero turn never ends.
//
// Of a goroutine that has not done that for 10 ms the runtime finds that it has
// run too long, and takes the processor away in every system call that is not over
// at once: from file to file, that made a copy take a tenth longer, and a fifth
// more of the processors.
type turn struct {
	ends  bool
	short bool // it ends with each chunk
	since time.Time
}

// longestTurn is well below those 10 ms.
const longestTurn = 4 * time.Millisecond

// begin leaves the runtime one processor, until what it returns is called. One
// goroutine has no work for others. What they do all the same, above all wait for
// descriptors in the runtime's own way and be woken by every arrival, costs a
// third of a copy.
//
// An observer of events has work for another one. That one is woken when a turn
// ends, so turns are longer then.
func (t *turn) begin(observed bool) (restore func()) {
	*t = turn{ends: true, short: !observed}
	if observed {
		return func() {}
	}
	before := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(before) }
}

// yield is called after each chunk.
func (t *turn) yield() {
	if t.over() {
		runtime.Gosched()
	}
}

// over reports whether the turn has ended, and begins the next one.
func (t *turn) over() bool {
	if !t.ends || t.short {
		return t.ends
	}
	now := time.Now()
	if now.Sub(t.since) < longestTurn {
		return false
	}
	t.since = now
	return true
}
