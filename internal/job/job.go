package job

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/transfer"
)

// Job is one copy.
type Job struct {
	plan    Plan
	display *progress.Display
	reports reports

	src    *endpoint.Source
	dsts   []*endpoint.Dest // by operand; nil where it could not be opened
	lost   []error          // by operand: why it dropped out before bytes could move
	taking []int            // the operands of the destinations that bytes go to

	transfer atomic.Pointer[transfer.Copy] // nil until bytes may move; the display looks at it
	total    atomic.Int64                  // expected bytes, or -1
	awaited  atomic.Int32                  // the side.Side that is waited for before and after the copy

	clock   *clock.Clock  // what the times are by
	started time.Time     // when the copy was taken up
	began   time.Time     // when bytes could move
	ended   time.Time     // when the destinations were complete, or the copy had failed
	stopped time.Duration // for how long nothing could happen between these two

	failures report.Failures
	canceled bool // something was given up because the context had ended
}

// New takes a copy up. Nothing is touched before it runs.
func New(plan Plan) *Job {
	if plan.Process == nil {
		plan.Process = nobody{}
	}
	j := &Job{plan: plan, clock: clock.New(), lost: make([]error, len(plan.Destinations))}
	j.started = j.clock.Now()
	j.total.Store(-1)
	j.Display(progress.Options{})
	return j
}

// Display makes the display that shows the copy. It says how that looks; what it
// shows is the job's to tell.
func (j *Job) Display(opts progress.Options) *progress.Display {
	opts.Poll, opts.Now, opts.Start = j.sample, j.clock.Now, j.started
	j.display = progress.New(opts)
	return j.display
}

// Run makes the copy. It is called once.
func (j *Job) Run(ctx context.Context) Result {
	process := j.plan.Process
	process.Begin(j.abort)
	if err := j.open(ctx); err != nil {
		j.fail(ctx, err)
	} else {
		// Not before: the runtime takes a descriptor for its first timer, and ends the
		// process where there is none left.
		process.Run(j.clock)
		j.display.Start()
		j.carry(ctx)
		j.display.Stop(j.outcome())
		j.fail(ctx, j.linger(ctx))
	}
	process.End() // nobody else closes at the same time
	j.fail(ctx, j.close())
	if j.complete() {
		process.Succeed()
	}
	return j.report(ctx)
}

// Refuse is the result of a copy that was not begun because of err.
func (j *Job) Refuse(ctx context.Context, err error) Result {
	j.fail(ctx, err)
	return j.report(ctx)
}

// fail notes an error, or each of those joined.
func (j *Job) fail(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		j.canceled = true
		return
	}
	j.failures.AddEach(err, j.named)
}

// failPlainly notes errors that are failures and no more, whatever their causes.
func (j *Job) failPlainly(err error) {
	j.failures.AddEach(err, func(err error) error { return &report.Failure{Status: report.Failed, Err: err} })
}

// named says with which status an error of an end or of the transfer ends a copy.
// These name themselves: nothing is found out from what they wrap.
func (j *Job) named(err error) error {
	switch e := err.(type) {
	case *endpoint.UsageError:
		return &report.Failure{Status: report.Usage, Err: err}
	case *endpoint.TimeoutError:
		return &report.Failure{Status: report.Timeout, Err: err}
	case *transfer.IdleError:
		return &report.Failure{Status: report.Timeout, Err: j.blame(e)}
	case *endpoint.Error:
		if e.Err == endpoint.ErrConsumerGone {
			return &report.Failure{Status: report.ConsumerGone, Err: err}
		}
	}
	return err
}

// complete reports whether nothing has gone wrong.
func (j *Job) complete() bool { return !j.canceled && j.failures.Err() == nil }

// outcome is how the display is left.
func (j *Job) outcome() progress.Outcome {
	switch {
	case j.complete():
		return progress.Finished
	case j.canceled || j.failures.ExitStatus().Interrupted():
		return progress.Interrupted
	}
	return progress.Failed
}
