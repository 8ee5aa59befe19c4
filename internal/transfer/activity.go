package transfer

import (
	"sync/atomic"
	"time"
)

// Side is one end of a copy.
type Side int

// The sides. Neither is the answer while bytes move.
const (
	Neither Side = iota
	SourceSide
	DestinationSide
)

// String is the word for it in messages.
func (s Side) String() string {
	return [...]string{"copy", "source", "destination"}[s]
}

// activity says what both goroutines are doing, without making them wait.
type activity struct {
	read    atomic.Int64 // bytes read
	written atomic.Int64 // bytes that the destination has taken
	last    atomic.Int64 // when a byte moved last, in nanoseconds since start
	start   time.Time

	reading atomic.Bool // the reader waits for the source
	writing atomic.Bool // the writer waits for the destination
	pacing  atomic.Bool // the writer waits for its time
}

func (a *activity) begin(now time.Time) { a.start = now }

// moved notes that n bytes passed one end.
func (a *activity) moved(end *atomic.Int64, n int64) {
	if n > 0 {
		end.Add(n)
		a.last.Store(int64(time.Since(a.start)))
	}
}

// waitingFor is the side that holds the copy up. A destination that does not take
// bytes holds up the source as well, so it comes first.
func (a *activity) waitingFor() Side {
	switch {
	case a.writing.Load():
		return DestinationSide
	case a.pacing.Load():
		return Neither
	case a.reading.Load():
		return SourceSide
	}
	return Neither
}

// idleChecks is how often the idle time is looked at within the timeout.
const idleChecks = 20

// watchIdle ends the copy when no byte has moved for the idle timeout. The
// function it returns stops the watch and waits for it.
//
// It counts the checks at which nothing had moved, and not the time since the
// last byte: time in which this very process was stopped is not the peers' fault.
func (c *Copy) watchIdle() (stop func()) {
	if c.opts.IdleTimeout <= 0 {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(max(c.opts.IdleTimeout/idleChecks, time.Nanosecond))
		defer ticker.Stop()
		var last int64
		for still := 0; still < idleChecks; still++ {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			if now := c.activity.last.Load(); now != last || c.activity.pacing.Load() {
				last, still = now, -1
			}
		}
		c.fail(&IdleError{Timeout: c.opts.IdleTimeout, Side: c.activity.waitingFor()}, nobody)
	}()
	return func() { close(quit); <-gone }
}
