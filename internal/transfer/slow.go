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
	Side  side.Side // the side that was waited for
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
	w := speedWindow{limit: c.opts.LowSpeed}
	if w.limit.Rate <= 0 {
		return func() {}
	}
	return c.checking(w.limit.Over/speedChecks, func() error { return w.add(c.speed()) })
}

// speed returns how far the copy is. What every destination has taken counts:
// the source may have been read long ago.
func (c *Copy) speed() speedSample {
	c.mu.Lock()
	defer c.mu.Unlock()
	waits := c.waits.upTo(c.clock.Now().Sub(c.start), c.holder())
	s := speedSample{source: waits.Of(ledger.BySource), destination: waits.Of(ledger.ByDestination), bytes: -1}
	for _, out := range c.outs {
		if n := out.bytes.Load(); out.lost == nil && (s.bytes < 0 || n < s.bytes) {
			s.bytes = n
		}
	}
	return s
}

// speedSample is how far a copy was at a moment.
type speedSample struct {
	source, destination time.Duration // for how long each side was waited for
	bytes               int64         // that every destination had taken
}

// waited returns for how long the sides were waited for.
func (s speedSample) waited() time.Duration { return s.source + s.destination }

// speedWindow has samples of the last LowSpeed.Over. Its time goes on only while
// a side is waited for: a rate, a script, the user or a process that is stopped
// says nothing of how fast the sides are.
type speedWindow struct {
	limit   LowSpeed
	samples []speedSample // the oldest first; about speedChecks of them
}

// add adds a sample, and returns an error if the copy is too slow by then.
func (w *speedWindow) add(now speedSample) error {
	if w.samples == nil {
		w.samples = []speedSample{{}} // that of the start
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
	rate := float64(now.bytes-first.bytes) / waited.Seconds()
	if rate >= float64(w.limit.Rate) {
		return nil
	}
	slow := &SlowError{Limit: w.limit, Rate: int64(rate), Side: side.Destination}
	if now.source-first.source > now.destination-first.destination {
		slow.Side = side.Source
	}
	return slow
}
