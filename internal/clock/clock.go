// Package clock tells the time of a copy: that of the system, without the time
// in which the process was stopped.
package clock

import (
	"sync/atomic"
	"time"
)

const (
	// Beat is how often somebody must look at a clock that is watched.
	Beat = 50 * time.Millisecond
	// late is the gap between two looks that wants an explanation.
	late = 3 * Beat
	// grain is how exactly it is noted when somebody has looked: goroutines that all
	// note every look keep each other's processors waiting.
	grain = Beat / 16
	// patience is how long the explanation may take to come, and step how often it is
	// asked for.
	patience, step = 50 * time.Millisecond, time.Millisecond
)

// Clock is the clock of a copy. Its methods may be called from any goroutine.
//
// Nothing tells a process that it will be stopped, only that it goes on. So a
// clock that is watched is looked at every now and then. Who finds a gap waits a
// moment for [Clock.Continued] to explain it: then the process was stopped in that
// gap, which does not count. If nobody says so, the machine was merely busy. The
// clock never goes back.
type Clock struct {
	origin    time.Time
	watched   atomic.Bool
	resolving atomic.Bool // somebody waits for what explains a gap
	continued atomic.Bool // it has come
	// These are in nanoseconds.
	seen    atomic.Int64 // when it was looked at last, since the origin
	stopped atomic.Int64 // how far it is behind

	slept func() time.Duration // the computer itself, since it was started
	awake time.Duration        // how much of that was before the origin
}

// New returns a clock that nobody watches: it is never behind.
func New() *Clock {
	c := &Clock{origin: time.Now(), slept: slept}
	c.awake = c.slept()
	return c
}

// Watch makes gaps mean something: from now on somebody looks at the clock at
// every [Beat], by [Clock.Tick] or otherwise.
func (c *Clock) Watch() {
	c.seen.Store(int64(time.Since(c.origin)))
	c.watched.Store(true)
}

// Watched reports whether Watch was called.
func (c *Clock) Watched() bool { return c.watched.Load() }

// Tick looks at a clock that is watched until the function it returns is called,
// which waits for the goroutine that does so.
func (c *Clock) Tick() (stop func()) {
	if !c.Watched() {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(Beat)
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
				c.look()
			}
		}
	}()
	return func() {
		c.look()
		close(quit)
		<-gone
	}
}

// Now is the time of the copy.
func (c *Clock) Now() time.Time { return c.origin.Add(c.look()) }

// look is the time since the origin, without what was stopped.
func (c *Clock) look() time.Duration {
	for {
		behind, seen := c.stopped.Load(), c.seen.Load()
		since := int64(time.Since(c.origin))
		if since-seen > int64(late) && c.watched.Load() {
			c.resolve(since, seen)
			continue
		}
		if behind != c.stopped.Load() { // somebody else found out that it stood still
			continue
		}
		if since-seen >= int64(grain) {
			c.seen.CompareAndSwap(seen, since) // or somebody else has looked
		}
		return time.Duration(since - behind)
	}
}

// resolve finds out what a gap between seen and now was.
func (c *Clock) resolve(now, seen int64) {
	if !c.resolving.CompareAndSwap(false, true) {
		time.Sleep(step) // somebody else does
		return
	}
	defer c.resolving.Store(false)
	if c.seen.Load() != seen {
		return // somebody else has
	}
	for range patience / step {
		if c.continued.Load() {
			c.stopped.Add(now - seen - int64(grain)) // it may have been looked at that much later
			break
		}
		time.Sleep(step)
	}
	c.seen.Store(int64(time.Since(c.origin)))
}

// Continued says that the process was stopped and goes on: SIGCONT has come.
func (c *Clock) Continued() {
	c.continued.Store(true)
	c.look()
	c.continued.Store(false) // it explains no later gap
}

// Stopped is how long nothing could happen since the clock was made: the process
// was stopped, or the computer slept, of which the clock of the system knows
// nothing.
func (c *Clock) Stopped() time.Duration {
	stopped := time.Duration(c.stopped.Load())
	if asleep := c.slept() - c.awake; asleep >= Beat { // less is a matter of two clocks read one after the other
		stopped += asleep
	}
	return stopped
}
