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
	var still Stillness
	return CheckIdle(c.opts.IdleTimeout, func() error {
		if !still.Long(c.lastMoved(), c.HeldBack()) {
			return nil
		}
		return &IdleError{Timeout: c.opts.IdleTimeout, Side: c.waitingFor()}
	}, c.abort)
}

// HeldBack reports whether a rate, a script or the user keeps bytes from moving now. It
// may be called at any time.
func (c *Copy) HeldBack() bool { return c.pacing() || c.userPauses.Load() > 0 }

// CheckIdle runs a goroutine that calls check as often as a [Stillness] wants within an
// idle timeout, until it returns an error. That goes to fail. The function that CheckIdle
// returns ends the goroutine and waits for it.
func CheckIdle(timeout time.Duration, check func() error, fail func(error)) (stop func()) {
	return checking(timeout/idleChecks, check, fail)
}

// Stillness counts the checks at which nothing had moved. The zero value has seen none.
type Stillness struct {
	last  int64
	still int
}

// Long makes a check, and reports whether nothing has moved for the idle timeout. It is
// told when a byte moved last, in any unit, and whether bytes are held back on purpose.
func (s *Stillness) Long(moved int64, heldBack bool) bool {
	if moved != s.last || heldBack {
		s.last, s.still = moved, 0
		return false
	}
	s.still++
	return s.still >= idleChecks
}

// checking runs a goroutine that calls check every so often, until it returns an
// error. That goes to fail. The function that checking returns ends the goroutine
// and waits for it.
func checking(every time.Duration, check func() error, fail func(error)) (stop func()) {
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
				fail(err)
				return
			}
		}
	}()
	return func() { close(quit); <-gone }
}
