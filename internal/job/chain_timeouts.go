package job

import (
	"slices"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/transfer"
)

// watchTimeouts ends everything when nothing moves for too long, at no end and in no
// pipe, or when the copy is too slow. A stage that takes its time is waited for like an
// end. The function it returns stops that and waits for it.
func (c *chain) watchTimeouts() (stop func()) {
	opts := c.job.plan.Transfer
	stopSpeed := opts.LowSpeed.Check(c.progress, c.fail)
	stopIdle := func() {}
	if opts.IdleTimeout > 0 {
		var still transfer.Stillness
		stopIdle = transfer.CheckIdle(opts.IdleTimeout, func() error {
			whole, _ := c.whole()
			if !still.Long(whole.LastMoved.UnixNano(), c.heldBack()) {
				return nil
			}
			return &transfer.IdleError{Timeout: opts.IdleTimeout, Side: whole.Awaited.Side}
		}, c.fail)
	}
	return func() { stopSpeed(); stopIdle() }
}

// heldBack reports whether a leg is held back by a rate, a script or the user.
func (c *chain) heldBack() bool {
	for _, leg := range c.legs {
		if leg.HeldBack() {
			return true
		}
	}
	return false
}

// progress returns how far the copy is.
func (c *chain) progress() transfer.Progress {
	whole, _ := c.whole()
	return transfer.Progress{
		Source:      whole.Waits.Of(ledger.BySource),
		Destination: whole.Waits.Of(ledger.ByDestination),
		Stages:      whole.Waits.Of(ledger.ByStage),
		Written:     whole.Written,
		Read:        c.read(),
	}
}

// fail ends everything, because of a timeout, and notes the stage that is waited for.
func (c *chain) fail(err error) {
	_, stage := c.awaited()
	c.blamed.Store(int64(stage))
	c.cancel(err)
}

// awaited returns the side that the copy waits for, or neither and the stage. What the
// last leg waits for says that; where it is a stage, what the leg to it waits for. When
// that leg is over, it is the first stage that has not gone.
func (c *chain) awaited() (awaited side.Side, stage int) {
	k := len(c.legs) - 1
	switch last := c.legs[k].Stats().Awaited.Side; last {
	case side.Neither:
		stage = slices.IndexFunc(c.links, func(l *link) bool { return l.ExitStatus() == nil })
		return side.Neither, max(0, stage)
	case side.Destination:
		return side.Destination, 0
	}
	for k--; k >= 0; k-- {
		if c.legs[k].Stats().Awaited.Side != side.Source {
			return side.Neither, k
		}
	}
	return side.Source, 0
}
