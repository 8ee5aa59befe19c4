package proxy

import (
	"sync"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// glance is the time between two looks at the totals of the directions. To note each
// event of each connection would hold up all of them.
const glance = 20 * time.Millisecond

// flows keep how the directions of all connections together went over time, by looking
// at the totals again and again.
type flows struct {
	proxy *Proxy

	mu      sync.Mutex        // guards what follows
	ledgers [2]*ledger.Ledger // by direction
	over    time.Duration     // when the proxy was, or 0
}

func newFlows(p *Proxy) *flows {
	f := &flows{proxy: p}
	for d := range f.ledgers {
		f.ledgers[d] = ledger.New(1)
		f.ledgers[d].KeepSeries()
	}
	return f
}

// watch starts to look. The function stop ends that, waits for its goroutine, and looks
// a last time.
func (f *flows) watch() (stop func()) {
	quiet := clock.Every(glance, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.look()
	})
	return func() {
		quiet()
		f.mu.Lock()
		defer f.mu.Unlock()
		f.over = f.look()
	}
}

// look tells the ledgers the totals, and returns when that was. The lock is held.
func (f *flows) look() (at time.Duration) {
	if f.over > 0 {
		return f.over
	}
	at = f.proxy.elapsed()
	for d, l := range f.ledgers {
		totals := &f.proxy.tally.totals[d]
		written := totals.Written.Load() // before what was read, or it may be more than that
		read := totals.Read.Load()
		l.Moved(at, stream.FromSource, read)
		l.Moved(at, 0, written)
		l.Buffered(at, 0, read-written, 0)
		l.Counted(at, 0, totals.Pauses.Load(), totals.Drains.Load()) // there is one destination, so each false pauses
	}
	return at
}

// series returns how a direction went up to now.
func (f *flows) series(d Direction) ledger.Series {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ledgers[d].Series(f.look())
}

// Series returns how a direction of all connections went over time: what was read and
// delivered, what waited in between, what was refused and what drained. It has no
// buckets unless Options.Rows is set. It may be called at any time.
func (p *Proxy) Series(d Direction) ledger.Series {
	if p.flows == nil {
		return ledger.Series{}
	}
	return p.flows.series(d)
}
