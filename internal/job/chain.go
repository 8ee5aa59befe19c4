package job

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/stage"
	"bpcopy/internal/throttle"
	"bpcopy/internal/transfer"
)

// chain is the stages of a copy, and its legs: there is one more of them. Leg k writes
// to link k, but the last one writes to the destinations.
type chain struct {
	job  *Job
	legs []*transfer.Copy
	over atomic.Int64 // when all legs and stages had ended, a time.Duration since the job began; 0 before

	family *stage.Family
	end    sync.Once // ends the family
	links  []*link

	blamed atomic.Int64 // the stage that was waited for when a timeout ended everything

	cancel context.CancelCauseFunc // ends everything, because of an error
	fails  chan struct{}           // closed when a stage has failed
	broken sync.Once               // closes fails
}

// link is a stage, with the ends of its pipes.
type link struct {
	*stage.Stage
	in  *endpoint.Dest
	out *endpoint.Source

	failed atomic.Pointer[error]   // why it failed, and was to blame
	unread chan struct{}           // closed when nobody reads any more what it still writes
	leave  context.CancelCauseFunc // ends the leg to it
}

// awaitGone waits for a stage that was ended. Only the kernel can keep it.
func (l *link) awaitGone() {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-l.Gone():
	case <-timer.C:
	}
}

// The causes for which a chain ends its legs. Nobody is told these.
var (
	errLeft   = errors.New("the stage has ended")
	errFailed = errors.New("a stage has failed")
)

// prepareChain starts the stages and makes the legs. It returns the last one.
func (j *Job) prepareChain(ctx context.Context) (*transfer.Copy, error) {
	c := &chain{job: j, family: stage.NewFamily(), fails: make(chan struct{})}
	j.chain.Store(c) // close must find what was started, whatever fails
	src, opts := j.src, j.plan.Transfer
	for k, command := range j.plan.Stages {
		s, err := c.family.Start(command, func(message string) { j.tellSaid(ctx, k, message) })
		if err != nil {
			return nil, err
		}
		l := &link{
			Stage: s, unread: make(chan struct{}),
			in: endpoint.ToCommand(command, s.In()), out: endpoint.FromCommand(command, s.Out()),
		}
		c.links = append(c.links, l)
		leg := legTo(opts, k)
		leg.Clock, leg.Observe = j.clock, j.observe(k)
		t, err := transfer.New(src, []transfer.Destination{l.in}, leg)
		if err != nil {
			return nil, err
		}
		c.legs = append(c.legs, t)
		src = l.out
	}
	t, err := j.newTransfer(src, lastLeg(opts))
	c.legs = append(c.legs, t)
	return t, err
}

// tellSaid tells a message of a stage.
func (j *Job) tellSaid(ctx context.Context, stage int, message string) {
	if j.plan.Said != nil {
		j.plan.Said(ctx, stage, message)
	}
}

// legTo returns the options of the leg to a stage.
func legTo(opts transfer.Options, stage int) transfer.Options {
	opts.Rate, opts.Burst, opts.Consumers = 0, 0, nil
	opts.KeepGoing, opts.Dropped = false, nil
	if stage > 0 {
		return lastLeg(opts)
	}
	return anyLeg(opts)
}

// lastLeg returns the options of a leg from a stage to the destinations.
func lastLeg(opts transfer.Options) transfer.Options {
	opts.StopAt, opts.Producer, opts.PauseAfterChunk = nil, throttle.Script{}, 0
	opts.KeepHoles = false
	return anyLeg(opts)
}

// anyLeg returns the options of any leg. The timeouts are those of all of them together.
func anyLeg(opts transfer.Options) transfer.Options {
	opts.IdleTimeout, opts.LowSpeed = 0, transfer.LowSpeed{}
	opts.OwnProcess = false // others have a leg of their own to see to
	return opts
}

// run runs all legs and waits for all stages. If an end fails, it ends everything, and
// returns that error. If a stage fails, what is under way still goes on, as in a
// pipeline of the shell. It reports whether the copy has ended for all destinations.
func (c *chain) run(ctx context.Context) (err error, ended bool) {
	ctx, c.cancel = context.WithCancelCause(ctx)
	defer c.cancel(nil)
	last := len(c.legs) - 1
	var legs, stages sync.WaitGroup
	for k, l := range c.links {
		legCtx, leave := context.WithCancelCause(ctx)
		l.leave = leave
		legs.Go(func() { c.legTo(k, c.legs[k].Run(legCtx)) })
		stages.Go(func() { c.follow(ctx, k) })
	}
	legs.Go(func() {
		err = c.legs[last].Run(ctx)
		if c.legs[last].Err() != nil || c.allLost(last) {
			c.cancel(err)
		}
		c.closeOut(last-1, err != nil)
	})
	stopDrain, stopTimeouts := c.drain(ctx), c.watchTimeouts()
	legs.Wait()
	stopDrain()
	c.endFailed()
	stages.Wait()
	stopTimeouts()
	c.over.Store(int64(c.job.clock.Now().Sub(c.job.began)))
	if cause := c.why(ctx); cause != nil {
		return cause, c.legs[last].Err() != nil || c.failed() != nil || !c.allLost(last)
	}
	return err, false
}

// legTo notes that the leg to a stage has ended. A stage that takes no more has not
// failed by that: its exit status tells.
func (c *chain) legTo(k int, err error) {
	var refused *endpoint.Error
	left := errors.Is(err, errLeft) || errors.As(err, &refused) && refused.Err == endpoint.ErrConsumerGone
	if err != nil && !left {
		c.cancel(err)
	}
	_ = c.links[k].in.Abort() // the stage sees the end
	c.closeOut(k-1, err != nil)
}

// closeOut says that nobody reads any more what a stage writes, and whether that is
// before its end. It does nothing for -1, which is the source.
func (c *chain) closeOut(k int, early bool) {
	if k >= 0 {
		if early {
			close(c.links[k].unread)
		}
		_ = c.links[k].out.Close() // an error changes nothing: all that was wanted has been read
	}
}

// follow waits until a stage has gone, and makes it go when ctx ends. If the stage has
// failed, everything ends.
func (c *chain) follow(ctx context.Context, k int) {
	l := c.links[k]
	select {
	case <-l.Gone():
	case <-ctx.Done():
		l.in.Cancel() // its leg lets go of the pipes
		l.out.Cancel()
		c.endFamily()
		l.awaitGone()
	}
	l.leave(errLeft)
	if ctx.Err() == nil && l.Interrupted() {
		awaitSignal(ctx)
	}
	if ctx.Err() == nil && l.Err() != nil && !c.excused(ctx, k) {
		err := l.Err()
		l.failed.Store(&err)
		c.broken.Do(func() { close(c.fails) })
	}
}

// allLost reports whether all destinations of the last leg have dropped out.
func (c *chain) allLost(last int) bool {
	for i := range c.job.operandOf {
		if c.legs[last].Lost(i) == nil {
			return false
		}
	}
	return true
}

// endFamily ends all that the stages are and have started. Each of the stages must have
// lost its pipes, or be about to.
func (c *chain) endFamily() { c.end.Do(c.family.End) }

// close makes sure that all pipes are closed and that, unless the copy is complete,
// nothing is left that the stages have started.
func (c *chain) close(complete bool) {
	for _, l := range c.links {
		_ = l.in.Abort()
		_ = l.out.Close()
	}
	if !complete {
		c.endFamily()
	}
	c.family.Close()
}

// kill kills what the stages are and have started, when the process must end at once.
func (c *chain) kill() { c.family.Kill() }
