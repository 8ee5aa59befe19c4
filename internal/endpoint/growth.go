package endpoint

import (
	"math/bits"
	"time"
)

// growth says how large a pipe should be, by the rate at which bytes pass it. With the
// usual 64 KiB, the processes at both ends wake each other for every 64 KiB. But a large
// pipe between slow ones hides for seconds which of them is slow, and makes the bytes
// late. So a pipe should hold what passes in a fiftieth of a second. The zero value is
// that of a pipe that nothing has passed.
type growth struct {
	passed int64     // bytes
	next   int64     // bytes at which to look at the rate again
	looked time.Time // when that was done last; zero before the first byte
	then   int64     // bytes that had passed then
}

// The first look comes when what waits in the copy's own buffers no longer counts. Later
// ones are for ends that have become faster, and rare enough to cost nothing.
const (
	firstLook = 1 << 20
	mostApart = 64 << 20
)

// pass says that n bytes have passed. It returns how many bytes the pipe should hold, or 0
// if it is not the time to look.
func (g *growth) pass(n int64, clock func() time.Time) (size int) {
	if g.passed += n; g.passed < g.next {
		return 0
	}
	now := clock()
	if !g.looked.IsZero() {
		perSecond := float64(g.passed-g.then) / max(now.Sub(g.looked).Seconds(), 1e-6)
		size = 1 << bits.Len64(uint64(perSecond/50))
	}
	g.looked, g.then = now, g.passed
	g.next = g.passed + min(max(g.passed, firstLook), mostApart)
	return size
}

// passed says that n bytes have passed an end. A pipe becomes as large as the copy profits
// from.
func (e *end) passed(n int64) {
	if e.kind != KindPipe {
		return
	}
	if size := e.growth.pass(n, time.Now); size > 0 {
		if s, err := e.opened(); err == nil {
			enlarge(s, size)
		}
	}
}
