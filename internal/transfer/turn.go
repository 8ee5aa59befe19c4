package transfer

import (
	"runtime"
	"time"
)

// turn is how long a goroutine that does everything keeps its processor before
// it lets others on it. It belongs to that goroutine.
//
// The runtime finds that a goroutine has run too long when it has kept its
// processor for 10 ms. It then takes the processor away in every system call
// that is not over at once. From file to file, that made a copy take a tenth
// longer, and a fifth more of the processors.
type turn struct{ since time.Time }

// longestTurn is well below those 10 ms. A goroutine that yielded after each
// chunk of 64 KiB would make a copy from file to file take 1 to 4 % longer, and
// more if that wakes another processor.
const longestTurn = 4 * time.Millisecond

// yield is called after each chunk.
func (t *turn) yield() {
	if t.over(time.Now()) {
		runtime.Gosched()
	}
}

// over reports whether the turn has ended, and if so begins the next one.
func (t *turn) over(now time.Time) bool {
	if now.Sub(t.since) < longestTurn {
		return false
	}
	t.since = now
	return true
}
