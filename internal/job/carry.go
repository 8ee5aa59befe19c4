package job

import (
	"context"
	"errors"
	"fmt"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/side"
	"bpcopy/internal/transfer"
)

// carry waits for the peers, moves the bytes and commits the destinations.
func (j *Job) carry(ctx context.Context) {
	if err := j.meet(ctx); err != nil {
		j.fail(ctx, err)
		return
	}
	j.size.Store(j.expectedSize()) // a server has told
	t, err := j.newTransfer()
	if err != nil {
		j.fail(ctx, err)
		return
	}
	j.began, j.stopped = j.clock.Now(), -j.clock.Stopped()
	j.transfer.Store(t)
	stopWatch := j.watch(t)
	err = errors.Join(j.lostBefore(), j.move(ctx, t))
	if t.Err() == nil { // only destinations that have dropped out failed, if any did
		j.failPlainly(err)
	} else {
		j.fail(ctx, err)
	}
	j.awaited.Store(int32(side.Destination))
	if t.Err() == nil && (err == nil || j.plan.Transfer.KeepGoing) {
		j.fail(ctx, j.commit(ctx, t))
	}
	j.elapsed.Store(int64(j.clock.Now().Sub(j.began)))
	stopWatch()
	j.stopped += j.clock.Stopped()
}

// move moves the bytes.
func (j *Job) move(ctx context.Context, t *transfer.Copy) error {
	if j.plan.Move != nil {
		return j.plan.Move(ctx, t)
	}
	return t.Run(ctx)
}

// newTransfer makes the transfer to the destinations that have not dropped out.
func (j *Job) newTransfer() (*transfer.Copy, error) {
	opts := j.plan.Transfer
	scripts := opts.Consumers
	opts.Clock, opts.Consumers = j.clock, nil
	opts.Dropped = func(dst int, err error) { j.tellDropped(j.operandOf[dst], err) }
	if j.reports.recorder != nil {
		opts.Observe = j.reports.recorder.Event
	}
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
	return transfer.New(j.src, dsts, opts)
}

// blame returns the error of a timeout with the operand that was waited for. If
// there are several destinations, any of them may be that one.
func (j *Job) blame(awaited side.Side, timeout error) error {
	switch {
	case awaited == side.Source:
		return fmt.Errorf("read source %q: %w", j.plan.Source, timeout)
	case awaited == side.Destination && len(j.plan.Destinations) == 1:
		return fmt.Errorf("write destination %q: %w", j.plan.Destinations[0], timeout)
	}
	return timeout
}

// commit commits the destinations that have taken everything: all or none of
// them. With KeepGoing it commits each by itself, and so as many as possible.
func (j *Job) commit(ctx context.Context, t *transfer.Copy) error {
	defer j.clock.Tick()()
	var finished []*endpoint.Dest
	for i, operand := range j.operandOf {
		if t.Lost(i) == nil {
			finished = append(finished, j.dsts[operand])
		}
	}
	if !j.plan.Transfer.KeepGoing {
		return endpoint.Commit(ctx, finished, j.plan.Process.Decide)
	}
	var err error
	for _, dst := range finished {
		err = errors.Join(err, endpoint.Commit(ctx, []*endpoint.Dest{dst}, j.plan.Process.Decide))
	}
	return err
}
