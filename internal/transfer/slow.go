package transfer

import (
	"fmt"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/units"
)

// LowSpeed says what is too slow for a copy to go on. The zero value is nothing.
type LowSpeed struct {
	Rate int64         // bytes per second
	Over time.Duration // a mean over so long counts
}

// SlowError is the end of a copy that was too slow for too long.
type SlowError struct {
	Limit LowSpeed
	Rate  int64     // what it came to, in bytes per second
	Side  side.Side // the side that was waited for; neither if it was a stage
}

// Error returns, for instance, "slower than 1MiB/s for 10s: 12 KiB/s".
func (e *SlowError) Error() string {
	return fmt.Sprintf("slower than %v for %v: %s", units.Rate(e.Limit.Rate), e.Limit.Over, units.Rate(e.Rate).Human())
}

// speedChecks is how often the speed is looked at within LowSpeed.Over.
const speedChecks = 20

// watchSpeed ends the copy when it is too slow. The function it returns stops
// the watch and waits for it.
func (c *Copy) watchSpeed() (stop func()) {
	return c.opts.LowSpeed.Check(c.speed, c.abort)
}

// Check runs a goroutine that asks how far a copy is, until that is too slow. Then it
// calls fail. The function that Check returns ends the goroutine and waits for it. It
// does nothing for the zero value.
func (l LowSpeed) Check(progress func() Progress, fail func(error)) (stop func()) {
	w := speedWindow{limit: l}
	if l.Rate <= 0 {
		return func() {}
	}
	return checking(l.Over/speedChecks, func() error { return w.add(progress()) }, fail)
}

// speed returns how far the copy is. What every destination has taken counts:
// the source may have been read long ago.
func (c *Copy) speed() Progress {
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := c.waits.upTo(c.clock.Now().Sub(c.start), c.holder())
	p := Progress{Source: waits.Of(ledger.BySource), Destination: waits.Of(ledger.ByDestination), Written: -1}
	for _, out := range c.outs {
		if n := out.bytes.Load(); out.lost == nil && (p.Written < 0 || n < p.Written) {
			p.Written = n
		}
	}
	return p
}

// Progress is how far a copy is at a moment.
type Progress struct {
	Source, Destination, Stages time.Duration // for how long each was waited for
	// Written is what every destination has taken, in bytes. With stages, which may
	// make few bytes of many, Read is what the source has given; the faster of both
	// counts.
	Written, Read int64
}

// waited returns for how long others were waited for.
func (p Progress) waited() time.Duration { return p.Source + p.Destination + p.Stages }

// speedWindow has samples of the last LowSpeed.Over. Its time goes on only while
// a side is waited for: a rate, a script, the user or a process that is stopped
// says nothing of how fast the sides are.
type speedWindow struct {
	limit   LowSpeed
	samples []Progress // the oldest first; about speedChecks of them
}

// add adds a sample, and returns an error if the copy is too slow by then.
func (w *speedWindow) add(now Progress) error {
	if w.samples == nil {
		w.samples = []Progress{{}} // that of the start
	}
	if now.waited()-w.samples[len(w.samples)-1].waited() < w.limit.Over/speedChecks {
		return nil // hardly any of its time has passed
	}
	w.samples = append(w.samples, now)
	for len(w.samples) > 1 && now.waited()-w.samples[1].waited() >= w.limit.Over {
		w.samples = append(w.samples[:0], w.samples[1:]...)
	}
	first := w.samples[0]
	waited := now.waited() - first.waited()
	if waited < w.limit.Over {
		return nil
	}
	rate := float64(max(now.Written-first.Written, now.Read-first.Read)) / waited.Seconds()
	if rate >= float64(w.limit.Rate) {
		return nil
	}
	slow := &SlowError{Limit: w.limit, Rate: int64(rate), Side: side.Destination}
	source, destination, stages := now.Source-first.Source, now.Destination-first.Destination, now.Stages-first.Stages
	switch {
	case stages > max(source, destination):
		slow.Side = side.Neither
	case source > destination:
		slow.Side = side.Source
	}
	return slow
}
