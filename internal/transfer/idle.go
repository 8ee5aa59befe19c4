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
	var last int64
	still := 0
	return c.checking(c.opts.IdleTimeout/idleChecks, func() error {
		if now := c.lastMoved(); now != last || c.pacing() || c.userPauses.Load() > 0 {
			last, still = now, 0
			return nil
		}
		if still++; still < idleChecks {
			return nil
		}
		return &IdleError{Timeout: c.opts.IdleTimeout, Side: c.waitingFor()}
	})
}

// checking runs a goroutine that calls check every so often, until it returns an
// error. That ends the copy. The function that checking returns ends the
// goroutine and waits for it.
func (c *Copy) checking(every time.Duration, check func() error) (stop func()) {
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(max(every, time.Nanosecond))
		defer ticker.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			if err := check(); err != nil {
				c.abort(err)
				return
			}
		}
	}()
	return func() { close(quit); <-gone }
}
