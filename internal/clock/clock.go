// Package clock tells the time of a copy: the system's monotonic time without
// the time in which the process was stopped.
package clock

import (
	"sync/atomic"
	"time"
)

const (
	// Beat is the longest time between two looks at a clock that is watched.
	Beat = 50 * time.Millisecond
	// late is the longest gap between two looks that needs no explanation.
	late = 3 * Beat
	// grain is how exactly the clock notes the time of a look. If every
	// goroutine noted every look, they would contend for one cache line.
	grain = Beat / 16
	// patience is how long a gap waits for [Clock.Continued], and step how
	// often it asks.
	patience, step = 50 * time.Millisecond, time.Millisecond
)

// Clock is the clock of a copy. Its methods may be called from any goroutine.
//
// A process is told when it goes on (SIGCONT), but not when it is stopped. So
// somebody looks at a watched clock at least once a [Beat]. Whoever finds a
// longer gap waits a moment for [Clock.Continued]. If it is called, the process
// was stopped, and the gap does not count. If not, the machine was merely busy.
// The clock never goes back.
type Clock struct {
	origin    time.Time
	watched   atomic.Bool
	resolving atomic.Bool // a goroutine finds out what a gap was
	continued atomic.Bool // SIGCONT has come
	// These are in nanoseconds.
	seen    atomic.Int64 // time of the last look, since the origin
	stopped atomic.Int64 // how far the clock is behind the system's

	slept func() time.Duration // how long the computer has slept since it started
	awake time.Duration        // what slept returned at the origin
}

// New returns a clock that nobody watches. It is never behind the system's.
func New() *Clock {
	c := &Clock{origin: time.Now(), slept: slept}
	c.awake = c.slept()
	return c
}

// Watch starts to look for gaps. From now on somebody must look at the clock at
// least once a [Beat], by [Clock.Tick] or [Clock.Now].
func (c *Clock) Watch() {
	c.seen.Store(int64(time.Since(c.origin)))
	c.watched.Store(true)
}

// Watched reports whether Watch was called.
func (c *Clock) Watched() bool { return c.watched.Load() }

// Tick starts a goroutine that looks at a watched clock once a [Beat]. The
// function stop ends that goroutine and waits for it.
func (c *Clock) Tick() (stop func()) {
	if !c.Watched() {
		return func() {}
	}
	quiet := Every(Beat, func() { c.look() })
	return func() {
		c.look()
		quiet()
	}
}

// Every starts a goroutine that calls look again and again, so far apart. The function
// stop ends that goroutine and waits for it.
func Every(apart time.Duration, look func()) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(apart)
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
				look()
			}
		}
	}()
	return func() { close(quit); <-gone }
}

// Now returns the time of the copy.
func (c *Clock) Now() time.Time { return c.origin.Add(c.look()) }

// look returns the time since the origin, without the time that was stopped.
func (c *Clock) look() time.Duration {
	for {
		behind, seen := c.stopped.Load(), c.seen.Load()
		since := int64(time.Since(c.origin))
		if since-seen > int64(late) && c.watched.Load() {
			c.resolve(since, seen)
			continue
		}
		if behind != c.stopped.Load() { // another goroutine found a gap
			continue
		}
		if since-seen >= int64(grain) {
			c.seen.CompareAndSwap(seen, since) // fails if another goroutine looked
		}
		return time.Duration(since - behind)
	}
}

// resolve finds out whether the process was stopped between seen and now.
func (c *Clock) resolve(now, seen int64) {
	if !c.resolving.CompareAndSwap(false, true) {
		time.Sleep(step) // another goroutine finds out
		return
	}
	defer c.resolving.Store(false)
	if c.seen.Load() != seen {
		return // another goroutine has found out
	}
	for range patience / step {
		if c.continued.Load() {
			c.stopped.Add(now - seen - int64(grain)) // the last look may have been that much later
			break
		}
		time.Sleep(step)
	}
	c.seen.Store(int64(time.Since(c.origin)))
}

// Continued says that the process was stopped and goes on: SIGCONT came.
func (c *Clock) Continued() {
	c.continued.Store(true)
	c.look()
	c.continued.Store(false) // it explains no later gap
}

// Stopped returns how long nothing could happen since the clock was made: the
// time in which the process was stopped, plus the time in which the computer
// slept. The system's monotonic time does not include sleep.
func (c *Clock) Stopped() time.Duration {
	stopped := time.Duration(c.stopped.Load())
	// slept reads two clocks, one after the other: a short time may be a
	// difference between the two reads.
	if asleep := c.slept() - c.awake; asleep >= Beat {
		stopped += asleep
	}
	return stopped
}
