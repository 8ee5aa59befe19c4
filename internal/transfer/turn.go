package transfer

import (
	"runtime"
	"time"
)

// turn is for how long a goroutine that does everything keeps its processor, before
// it lets others on it. It belongs to that goroutine; the zero turn never ends.
//
// Of a goroutine that has kept it for 10 ms the runtime finds that it has run too
// long, and takes the processor away in every system call that is not over at
// once: from file to file, that made a copy take a tenth longer, and a fifth more
// of the processors.
type turn struct {
	ends  bool
	since time.Time
}

// longestTurn is well below those 10 ms. To yield after each chunk of 64 KiB makes
// a copy from file to file take 1 to 4 % longer, and more if it wakes another processor.
const longestTurn = 4 * time.Millisecond

// begin leaves the runtime one processor, until what it returns is called. One
// goroutine has no work for others. What they do all the same, above all wait for
// descriptors in the runtime's own way and be woken by every arrival, costs a
// third of a copy. An observer of events has work for another one.
func (t *turn) begin(observed bool) (restore func()) {
	t.ends = true
	if observed {
		return func() {}
	}
	before := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(before) }
}

// yield is called after each chunk.
func (t *turn) yield() {
	if t.over(time.Now()) {
		runtime.Gosched()
	}
}

// over reports whether the turn has ended, and if so begins the next one.
func (t *turn) over(now time.Time) bool {
	if !t.ends || now.Sub(t.since) < longestTurn {
		return false
	}
	t.since = now
	return true
}
