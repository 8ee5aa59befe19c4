package scenario

import (
	"context"
	"sync"
	"time"

	"bpcopy/internal/stream"
)

// Observer is told every event and its virtual time in milliseconds. The event
// is valid during the call only.
type Observer func(atMS int64, e *stream.Event)

// Run runs the scenario in virtual time until nothing is left to happen, and
// calls observe, which may be nil, with every event. It fails with an [*Error]
// if the time overflows, and with the cause of ctx when that ends.
func (s *Scenario) Run(ctx context.Context, observe Observer) (Summary, error) {
	r := s.NewRun(observe)
	err := r.Virtual(ctx)
	return r.Summary(), err
}

// Run is one run of a scenario. Make it with [Scenario.NewRun], then call
// [Run.Virtual] or [Run.Live], once. Both do the same things in the same order.
// So all counts are the same, however busy the computer is.
type Run struct {
	mu     sync.Mutex // guards driver; not held while a live run waits for an entry
	driver *driver
	now    func() time.Time // the clock of a live run
	start  time.Time        // when a live run began, by now
}

// NewRun prepares a run that calls observe, which may be nil, with every event.
func (s *Scenario) NewRun(observe Observer) *Run {
	return &Run{driver: newDriver(s, observe), now: time.Now}
}

// By sets the clock of a live run. Without it, that is time.Now.
func (r *Run) By(now func() time.Time) { r.now = now }

// Virtual runs in virtual time: it waits for nothing. Its errors are those of
// [Scenario.Run].
func (r *Run) Virtual(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.within(ctx, func() {
		r.driver.start()
		for !r.driver.over() && r.driver.step() {
		}
	})
}

// Live runs by the clock: everything happens as many milliseconds after the
// start as in virtual time, or later if the computer is busy. Lateness does not
// add up. Its errors are those of [Scenario.Run].
func (r *Run) Live(ctx context.Context) error {
	return r.within(ctx, func() {
		timer := time.NewTimer(0)
		defer timer.Stop()
		r.locked(func() {
			r.start = r.now()
			r.driver.ledger.Begin(r.start)
			r.driver.start()
		})
		for !r.driver.over() {
			next, ok := r.driver.agenda.peek()
			if !ok || !r.wait(ctx, timer, r.at(next.atMS)) {
				return
			}
			r.locked(func() { r.driver.step() })
		}
	})
}

// within calls run, unless ctx has ended, and returns the error of the run.
// When ctx ends, it makes the driver stop.
func (r *Run) within(ctx context.Context, run func()) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	d := r.driver
	defer context.AfterFunc(ctx, func() { d.cancelled.Store(true) })()
	run()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return d.err
}

func (r *Run) locked(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
}

// at returns when a virtual time is, on the clock of a live run.
func (r *Run) at(ms int64) time.Time {
	return r.start.Add(millis(ms))
}

// wait waits until the clock shows the time until. It returns false if ctx ends
// earlier. The clock may stand still while the timer runs; then wait waits
// again.
func (r *Run) wait(ctx context.Context, timer *time.Timer, until time.Time) bool {
	for {
		left := until.Sub(r.now())
		timer.Reset(left)
		select {
		case <-timer.C:
			if left <= 0 || !r.now().Before(until) {
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
}

// Summary returns the result of the run so far: the last line of its output.
func (r *Run) Summary() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.driver.summary()
}
