package transfer

import "time"

// idleChecks is how often the idle time is looked at within the timeout.
const idleChecks = 20

// watchIdle ends the copy when no byte has moved for the idle timeout. The
// function it returns stops the watch and waits for it.
//
// It counts the checks at which nothing had moved, and not the time since the
// last byte: the peers are not to blame for time in which this very process was
// stopped.
func (c *Copy) watchIdle() (stop func()) {
	if c.opts.IdleTimeout <= 0 {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		if c.standsStill(quit) {
			c.abort(&IdleError{Timeout: c.opts.IdleTimeout, Side: c.waitingFor()})
		}
	}()
	return func() { close(quit); <-gone }
}

// standsStill waits until no byte has moved for the idle timeout. It returns
// false when quit is closed before.
func (c *Copy) standsStill(quit <-chan struct{}) bool {
	ticker := time.NewTicker(max(c.opts.IdleTimeout/idleChecks, time.Nanosecond))
	defer ticker.Stop()
	var last int64
	for still := 0; still < idleChecks; still++ {
		select {
		case <-quit:
			return false
		case <-ticker.C:
		}
		if now := c.lastMoved(); now != last || c.pacing() || c.userPauses.Load() > 0 {
			last, still = now, -1
		}
	}
	return true
}
