package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
	"bpcopy/internal/transfer"
)

// carry waits for the peers, moves the bytes and commits the destinations.
func (j *Job) carry(ctx context.Context) {
	if err := j.meet(ctx); err != nil {
		j.fail(ctx, err)
		return
	}
	j.size.Store(j.expectedSize()) // a server has told
	t, err := j.prepare(ctx)
	if err != nil {
		j.fail(ctx, err)
		return
	}
	j.began, j.stopped = j.clock.Now(), -j.clock.Stopped()
	j.transfer.Store(t)
	stopWatch := j.watch(t)
	err, ended := j.move(ctx, t)
	err = errors.Join(j.lostBefore(), err)
	if ended {
		j.fail(ctx, err)
	} else { // only destinations that have dropped out failed, if any did
		j.failPlainly(err)
	}
	j.awaited.Store(int32(side.Destination))
	if !ended && (err == nil || j.plan.Transfer.KeepGoing) {
		j.fail(ctx, j.commit(ctx, t))
	}
	j.elapsed.Store(int64(j.clock.Now().Sub(j.began)))
	stopWatch()
	j.stopped += j.clock.Stopped()
}

// prepare prepares the transfer to the destinations. It starts the stages.
func (j *Job) prepare(ctx context.Context) (*transfer.Copy, error) {
	if len(j.plan.Stages) > 0 {
		return j.prepareChain(ctx)
	}
	return j.newTransfer(j.src, j.plan.Transfer)
}

// move moves the bytes. It reports whether an error has ended the copy for all
// destinations.
func (j *Job) move(ctx context.Context, t *transfer.Copy) (err error, ended bool) {
	switch c := j.chain.Load(); {
	case c != nil:
		return c.run(ctx)
	case j.plan.Move != nil:
		err = j.plan.Move(ctx, t)
	default:
		err = t.Run(ctx)
	}
	return err, t.Err() != nil
}

// newTransfer makes the transfer to the destinations that have not dropped out.
func (j *Job) newTransfer(src *endpoint.Source, opts transfer.Options) (*transfer.Copy, error) {
	scripts := opts.Consumers
	opts.Clock, opts.Consumers = j.clock, nil
	opts.Dropped = func(dst int, err error) { j.tellDropped(j.operandOf[dst], err) }
	opts.Observe = j.observe(len(j.plan.Stages))
	var dsts []transfer.Destination
	for i, dst := range j.dsts {
		if j.lost[i] != nil {
			continue
		}
		j.operandOf = append(j.operandOf, i)
		dsts = append(dsts, dst)
		if scripts != nil {
			opts.Consumers = append(opts.Consumers, scripts[i])
		}
	}
	return transfer.New(src, dsts, opts)
}

// observe returns what hears the events of a leg, or nil if nobody wants to.
func (j *Job) observe(leg int) func(time.Duration, *stream.Event) {
	recorder := j.reports.recorder
	switch {
	case recorder == nil:
		return nil
	case len(j.plan.Stages) == 0:
		return recorder.Event
	}
	return func(at time.Duration, e *stream.Event) { recorder.EventOf(trace.Where{Leg: leg + 1}, at, e) }
}

// blame returns the error of a timeout with the operand or the stage that was waited for.
// If there are several destinations, any of them may be that one.
func (j *Job) blame(awaited side.Side, timeout error) error {
	switch c := j.chain.Load(); {
	case awaited == side.Neither && c != nil:
		return fmt.Errorf("run stage %q: %w", c.links[c.blamed.Load()].Command(), timeout)
	case awaited == side.Source:
		return fmt.Errorf("read source %q: %w", j.plan.Source, timeout)
	case awaited == side.Destination && len(j.plan.Destinations) == 1:
		return fmt.Errorf("write destination %q: %w", j.plan.Destinations[0], timeout)
	}
	return timeout
}

// commit commits the destinations that have taken everything: all or none of
// them, or with KeepGoing as many as possible.
func (j *Job) commit(ctx context.Context, t *transfer.Copy) error {
	defer j.clock.Tick()()
	var finished []*endpoint.Dest
	for i, operand := range j.operandOf {
		if t.Lost(i) == nil {
			finished = append(finished, j.dsts[operand])
		}
	}
	if j.plan.Transfer.KeepGoing {
		return endpoint.CommitEach(ctx, finished, j.plan.Process.Decide)
	}
	return endpoint.Commit(ctx, finished, j.plan.Process.Decide)
}
