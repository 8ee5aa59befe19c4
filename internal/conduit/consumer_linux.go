package conduit

import (
	"time"

	"golang.org/x/sys/unix"
)

// A consumer is whoever reads the pipe that is the destination, as far as the pipe
// tells.
//
// A full pipe can be written as soon as one page is free. Whoever comes back for
// one page comes back for each: it wakes more often than the consumer reads, and
// both contend for the pipe. But with what is in its pipe the consumer is busy. So
// the copy naps until half of that should have been taken, at the rate of late,
// looks, and writes as much at once. Measured: a twentieth of the wake-ups, and a
// pipeline that takes no more of the processors than without a copier.
//
// The kernel is asked to say when there is room only if the consumer has taken
// nothing in a whole nap. Then a nap would be for nothing, perhaps for hours.
type consumer struct {
	pipe  int   // its descriptor, or noPipe
	wrote int64 // bytes that went into the pipe

	full    int64     // bytes in the pipe when it took no more
	asks    bool      // the kernel says when there is room
	rate    float64   // at which bytes were taken of late, per nanosecond; 0 if unknown
	napping time.Time // since when
	taken   int64     // bytes that had been taken then
}

// noPipe is the descriptor of a pipe that is not there.
const noPipe = -1

// The shortest nap is what a wake-up costs, several times over. The longest is how
// long a consumer may starve that has suddenly become faster.
const (
	shortestNap = 50 * time.Microsecond
	longestNap  = hiddenMost
)

// newConsumer returns the consumer at the other end of dst, which may be no pipe.
func newConsumer(dst Spliced, fd int) consumer {
	if dst.Regular() || dst.Socket() {
		fd = noPipe
	}
	return consumer{pipe: fd, asks: true}
}

// queued returns how many bytes are in the pipe.
func (c *consumer) queued() (int64, bool) {
	n, err := unix.IoctlGetInt(c.pipe, unix.TIOCINQ) // FIONREAD
	return int64(n), err == nil
}

// filled says that the pipe takes no more.
func (c *consumer) filled() {
	if c.pipe == noPipe {
		return
	}
	var ok bool
	if c.full, ok = c.queued(); !ok || c.full == 0 {
		c.pipe = noPipe // it does not tell
	}
}

// nap begins a nap of a copy that waits for room. It returns 0 if the kernel has to
// say when there is some.
func (c *consumer) nap() time.Duration {
	if c.pipe == noPipe || c.asks {
		return 0
	}
	queued, ok := c.queued()
	if !ok {
		return 0
	}
	c.napping, c.taken = time.Now(), c.wrote-queued
	if c.rate == 0 {
		return shortestNap
	}
	half := time.Duration(float64(queued-c.full/2) / c.rate)
	return min(max(half, shortestNap), longestNap)
}

// wakes ends a nap that was to take so long, and reports whether to write now.
func (c *consumer) wakes(nap time.Duration) bool {
	napped := time.Since(c.napping)
	if napped < nap { // somebody else woke the copy
		return false
	}
	queued, ok := c.queued()
	if !ok {
		return true
	}
	took := c.wrote - queued - c.taken
	if took <= 0 { // it may have taken pages before the nap: fill them
		c.asks = true
		return true
	}
	rate := float64(took) / float64(napped)
	if c.rate != 0 {
		rate = (rate + c.rate) / 2
	}
	c.rate = rate
	return queued <= c.full/2
}

// stirs says that the kernel found room in a full pipe: the consumer goes on.
func (c *consumer) stirs() { c.asks = false }
