package job

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/evidence"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/transfer"
)

// Job is one copy.
type Job struct {
	plan    Plan
	display *progress.Display
	reports reports

	src  *endpoint.Source
	dsts []*endpoint.Dest // by operand; nil if it could not be opened
	lost []error          // by operand: why it dropped out before bytes could move, or nil

	// The display reads these four from a goroutine of its own.
	transfer atomic.Pointer[transfer.Copy] // the last leg; nil until bytes may move
	size     atomic.Int64                  // expected bytes; -1 if not known
	awaited  atomic.Int32                  // the side.Side that the job itself waits for, while no bytes move
	elapsed  atomic.Int64                  // from began until all was complete or had failed, a time.Duration; -1 before

	operandOf []int // for each destination of the transfer, the index of its operand

	clock   *clock.Clock  // of all times below
	created time.Time     // when New was called
	began   time.Time     // when bytes could move
	stopped time.Duration // for how long nothing could happen from began to the end, see Clock.Stopped

	chain atomic.Pointer[chain] // nil if there is no stage, or until they are started

	watching atomic.Pointer[evidence.Watch] // nil until bytes may move, and if there is a stage
	found    []found                        // why the copy waited, what explains most first

	failures report.Failures
	canceled bool // an error was left out, see fail
}

// New returns a job for one copy. It touches nothing before it runs.
func New(plan Plan) *Job {
	if plan.Process == nil {
		plan.Process = nobody{}
	}
	j := &Job{plan: plan, clock: clock.New(), lost: make([]error, len(plan.Destinations))}
	j.created = j.clock.Now()
	j.size.Store(-1)
	j.elapsed.Store(-1)
	j.Display(progress.Options{})
	return j
}

// Display makes the display of the copy and returns it. The caller says how the
// display looks. The job sets its clock, its start and what it polls. Run
// starts and stops it.
func (j *Job) Display(opts progress.Options) *progress.Display {
	opts.Poll, opts.Now, opts.Start = j.sample, j.clock.Now, j.created
	j.display = progress.New(opts)
	return j.display
}

// Run makes the copy. It is called once. When ctx ends, the copy is given up,
// and the cause of ctx is its error.
func (j *Job) Run(ctx context.Context) Result {
	process := j.plan.Process
	process.Begin(j.abort)
	if err := j.open(ctx); err != nil {
		j.fail(ctx, err)
	} else {
		// This is done after the opening. The runtime needs a descriptor for
		// its first timer, and crashes if none is left. Opening fails with an
		// error first.
		process.GoBy(j.clock)
		j.display.Start()
		j.carry(ctx)
		j.display.Stop(j.outcome())
		j.fail(ctx, j.linger(ctx))
	}
	process.End() // or the process might abort the destinations at the same time
	j.fail(ctx, j.close())
	if j.complete() {
		process.Succeed()
	}
	return j.report(ctx)
}

// Refuse returns the result of a copy that was not begun because of err. It
// writes the summary, if the plan has a file for it.
func (j *Job) Refuse(ctx context.Context, err error) Result {
	j.fail(ctx, err)
	return j.report(ctx)
}

// fail adds err to the failures, or each of the errors that are joined in it. An
// error that only says that ctx has ended is left out: report puts the cause of
// ctx in the place of all failures.
func (j *Job) fail(ctx context.Context, err error) {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		j.canceled = true
		return
	}
	j.failures.AddEach(err, j.withStatus)
}

// failPlainly is fail with the status [report.Failed], whatever the error is.
func (j *Job) failPlainly(err error) {
	j.failures.AddEach(err, func(err error) error { return &report.Failure{Status: report.Failed, Err: err} })
}

// withStatus gives an error of an end or of the transfer the exit status of its
// type. What it wraps does not count.
func (j *Job) withStatus(err error) error {
	switch e := err.(type) {
	case *endpoint.UsageError:
		return &report.Failure{Status: report.Usage, Err: err}
	case *endpoint.TimeoutError:
		return &report.Failure{Status: report.Timeout, Err: err}
	case *transfer.IdleError:
		return &report.Failure{Status: report.Timeout, Err: j.blame(e.Side, e)}
	case *transfer.SlowError:
		return &report.Failure{Status: report.Timeout, Err: j.blame(e.Side, e)}
	case *endpoint.Error:
		if e.Err == endpoint.ErrConsumerGone {
			return &report.Failure{Status: report.ConsumerGone, Err: err}
		}
	}
	return err
}

// complete reports whether nothing has failed.
func (j *Job) complete() bool { return !j.canceled && j.failures.Err() == nil }

// outcome returns what the last frame of the display shows.
func (j *Job) outcome() progress.Outcome {
	switch {
	case j.complete():
		return progress.Finished
	case j.canceled || j.failures.ExitStatus().Interrupted():
		return progress.Interrupted
	}
	return progress.Failed
}
