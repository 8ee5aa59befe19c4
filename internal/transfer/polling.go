package transfer

import (
	"context"

	"bpcopy/internal/conduit"
)

// polling is the engine of one goroutine that sees to both ends, where neither
// makes it wait in the midst of a call. It waits for both at once, and for
// their time.
type polling struct {
	both
	ends conduit.Polled
	turn turn
}

func newPolling(c *Copy, ends conduit.Polled) *polling {
	if !c.opts.OwnProcess {
		ends.Share()
	}
	return &polling{both: newBoth(c, ends), ends: ends}
}

func (*polling) goroutines() int { return 1 }

func (p *polling) wake() { p.ends.Wake() }

// run serves both ends until the copy is over.
func (p *polling) run(ctx context.Context) {
	defer p.clock.Tick()()
	for p.take() {
		if !p.move(ctx) {
			p.wait(ctx)
		}
		p.turn.yield()
	}
}

// wait waits until there is something to do again, or an end has ended by
// itself.
func (p *polling) wait(ctx context.Context) {
	w, over := p.awaits(ctx)
	if over {
		return
	}
	err := p.ends.Wait(w.source == moving, w.destination == moving, w.limit)
	p.waitedFor(w)
	if err != nil {
		p.out.failed(ctx, err)
	}
}
