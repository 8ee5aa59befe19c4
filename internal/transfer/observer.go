package transfer

import "bpcopy/internal/stream"

// observer hears the machine's events, under the lock.
type observer struct{ *Copy }

// Event enters what happens in the ledger, tells the pace of a destination what was
// written to it, and notes whether the copy is over.
func (c observer) Event(e *stream.Event) {
	c.enter(e)
	if e.Kind == stream.Write {
		c.outs[e.Dst].pace.written(e.Bytes)
	}
	if c.opts.Totals != nil {
		c.opts.Totals.count(e)
	}
	if c.opts.Observe != nil {
		c.opts.Observe(c.clock.Now().Sub(c.start), e)
	}
	if e.Kind == stream.Close && e.Dst != stream.FromSource {
		c.open--
	}
	if !c.over && (e.Kind == stream.Callback || c.pipeline == nil && c.open == 0) {
		c.finish()
	}
}
