package conduit

import (
	"time"

	"golang.org/x/sys/unix"
)

// A producer is whoever writes to the source of a copy to a file. Nobody waits for
// what comes in small pieces then. So a producer that soon has more gets a moment to
// have it, and all is taken at once.
type producer struct {
	pipe int   // the source's descriptor, or noPipe
	room int64 // bytes that the source takes while nobody reads it; 0 if they must not wait

	looked time.Time // when the source was waited for last, or left alone
	alone  bool      // it was left alone
	got    int64     // bytes that have come since
	soon   bool      // the first of them came soon
}

// The longest lull is what nobody notices. In it the source must not become so full
// that the producer has to wait.
const (
	longestLull = 200 * time.Microsecond
	leastRoom   = 64 << 10 // of a socket
	smallPiece  = 32 << 10
)

// newProducer returns the producer of a copy from src to dst.
func newProducer(src Spliced, fd int, dst Spliced) producer {
	switch {
	case !dst.Regular() || src.Regular():
		return producer{pipe: noPipe}
	case src.Socket():
		return producer{pipe: noPipe, room: leastRoom}
	}
	return producer{pipe: fd}
}

// measure finds out how large the pipe is: it may have grown.
func (p *producer) measure() {
	if p.pipe != noPipe {
		size, _ := unix.FcntlInt(uintptr(p.pipe), unix.F_GETPIPE_SZ, 0) // fails for what is no pipe
		p.room = int64(max(size, 0))
	}
}

// lull returns for how long to leave the source alone, or 0 to wait for it.
func (p *producer) lull() time.Duration {
	now := time.Now()
	rate := float64(p.got) / float64(max(now.Sub(p.looked), 1))
	more := p.soon && p.got < smallPiece
	if p.alone {
		more = p.got > 0
	}
	p.looked, p.got, p.soon, p.alone = now, 0, false, false
	if !more {
		return 0
	}
	p.measure()
	lull := longestLull
	if rate > 0 {
		lull = min(lull, time.Duration(float64(p.room/4)/rate))
	}
	if lull < shortestNap {
		return 0
	}
	p.alone = true
	return lull
}

// comes says whether something came when the source was waited for.
func (p *producer) comes(something bool) {
	p.soon = something && time.Since(p.looked) < longestLull
}
