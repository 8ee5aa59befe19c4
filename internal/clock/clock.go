// Package clock tells the time of a copy: that of the system, without the time
// in which the process was stopped.
package clock

import (
	"sync"
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
	// patience is how long the explanation may take to come.
	patience = 500 * time.Millisecond
)

// Clock is the clock of a copy. Its methods may be called from any goroutine.
//
// Nothing tells a process that it will be stopped, only that it goes on. So a
// clock that is watched is looked at every now and then. After a gap it stands
// where it stood before, and [Clock.Continued] says that this was right. If
// nobody says so in time, the machine was merely busy, and the clock jumps ahead.
// It never goes back.
type Clock struct {
	origin  time.Time
	watched atomic.Bool
	// These are in nanoseconds.
	seen    atomic.Int64 // when it was looked at last, since the origin
	stopped atomic.Int64 // how far it is behind

	mu      sync.Mutex    // guards what follows, and the changes of stopped
	doubt   time.Duration // the part of stopped that nobody has explained
	doubted time.Duration // since when, from the origin

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
			c.suspect(time.Duration(since))
			continue
		}
		if behind != c.stopped.Load() { // somebody else found out that it stood still
			continue
		}
		if since-seen >= int64(grain) {
			c.seen.CompareAndSwap(seen, since) // or somebody else has looked
			c.giveUp(patience)
		}
		return time.Duration(since - behind)
	}
}

// suspect takes the gap up to now for time in which the process was stopped.
func (c *Clock) suspect(now time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gap := now - time.Duration(c.seen.Load())
	if gap <= late {
		return // somebody else was faster
	}
	gap -= grain // it may have been looked at that much later
	c.doubt += gap
	c.doubted = now
	c.stopped.Add(int64(gap))
	c.seen.Store(int64(now))
}

// giveUp makes up for a gap that nobody has explained within patience.
func (c *Clock) giveUp(patience time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.doubt > 0 && time.Since(c.origin)-c.doubted >= patience {
		c.stopped.Add(-int64(c.doubt))
		c.doubt = 0
	}
}

// Continued says that the process was stopped and goes on: SIGCONT has come.
func (c *Clock) Continued() {
	c.look()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.doubt = 0
}

// settling is how long [Clock.Settle] waits at most, and in which steps.
const settling, step = 20 * time.Millisecond, time.Millisecond

// Settle waits a moment for what may explain a gap just found, and so makes the
// time that [Clock.Stopped] and Now tell final.
func (c *Clock) Settle() {
	c.look()
	for range settling / step {
		c.mu.Lock()
		doubt := c.doubt
		c.mu.Unlock()
		if doubt == 0 {
			return
		}
		time.Sleep(step)
	}
	c.giveUp(0)
}

// Stopped is how long nothing could happen since the clock was made: the process
// was stopped, or the computer slept, of which the clock of the system knows
// nothing.
func (c *Clock) Stopped() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	stopped := time.Duration(c.stopped.Load()) - c.doubt
	if asleep := c.slept() - c.awake; asleep >= Beat { // less is a matter of two clocks read one after the other
		stopped += asleep
	}
	return stopped
}
