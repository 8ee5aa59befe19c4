package transfer

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/throttle"
)

// end is what the source and a destination have in common. It belongs to the
// one goroutine that moves bytes there.
type end struct {
	activity
	pace  *pace
	move  func(size int64) (int64, error) // fills the conduit, or flushes it
	paced func(begins bool)               // called when a wait for its time begins or ends
	said  func(*scriptedEnd) error        // what the operand itself would say of it

	asked atomic.Bool // the machine asks for something; see request

	// What follows is guarded by the copy's lock.
	request request
	toDo    *sync.Cond // signalled when the machine asks for something; nil where the engine looks by itself
}

// request is the state of what the machine asks of an end.
type request int

const (
	unasked request = iota // it asks for nothing
	posted                 // nobody has taken it up yet
	taken                  // it has not been answered yet
)

// asks notes what the machine asks for. The lock is held.
func (e *end) asks(r request) {
	e.request = r
	e.asked.Store(r != unasked)
}

// post posts a request of the machine's. The lock is held.
func (e *end) post() {
	e.asks(posted)
	if e.toDo != nil {
		e.toDo.Signal()
	}
}

// prepare makes it an end of c, at the pace of a script.
func (e *end) prepare(c *Copy, script throttle.Script, opts throttle.LineOptions) {
	e.activity.clock = c.clock
	if script.IsZero() && c.opts.paces != nil {
		e.pace = c.opts.paces[opts.AtOnce]
		return
	}
	e.pace = &pace{atOnce: opts.AtOnce, clock: c.clock, late: c.opts.LateScripts}
	if c.opts.OwnProcess {
		e.pace.nap = nap
	}
	if !script.IsZero() {
		e.pace.line, e.pace.delays = throttle.NewLine(script, opts), script.Delays()
	}
}

// begin begins with the copy.
func (e *end) begin(at time.Time) {
	e.start = at
	e.pace.begin()
}

// step moves what may go now of size bytes, with behind others behind them.
// Where nothing may, it says how long to wait.
func (e *end) step(size, behind int64) (n int64, wait time.Duration, err error) {
	slice, wait, end := e.pace.due(size, behind)
	if end != nil {
		return 0, 0, e.said(end)
	}
	if wait != 0 {
		return 0, wait, nil
	}
	e.now(moving) // a disk may make it wait, even where the conduit is polled
	n, err = e.move(slice)
	e.now(idle)
	e.moved(n)
	e.pace.passed(n, err)
	return n, 0, err
}

// inTime is step after the wait for its time.
func (e *end) inTime(ctx context.Context, size, behind int64) (int64, error) {
	for {
		n, wait, err := e.step(size, behind)
		if wait == 0 || err != nil {
			return n, err
		}
		if err := e.sleep(ctx, wait); err != nil {
			return 0, err
		}
	}
}

// sleep waits for its time, or for the end of ctx.
func (e *end) sleep(ctx context.Context, d time.Duration) error {
	e.now(pacing)
	e.paced(true)
	err := e.pace.sleep(ctx, d)
	e.now(idle)
	e.paced(false)
	return err
}
