package job

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/side"
)

// open opens the ends as far as they need no peer, and the reports. So mistakes
// show before the job waits for anybody.
func (j *Job) open(ctx context.Context) (err error) {
	if j.src, err = endpoint.OpenSource(ctx, j.plan.Source, j.plan.From); err != nil {
		return err
	}
	for i, name := range j.plan.Destinations {
		dst, err := endpoint.OpenDest(ctx, name, j.src, j.plan.To)
		j.dsts = append(j.dsts, dst)
		if err = j.dropOut(ctx, i, err); err != nil {
			return err
		}
	}
	j.size.Store(j.expectedSize())
	return j.openReports(ctx)
}

// dropOut takes the error of a destination before bytes move. It returns the
// error if that ends the copy. With KeepGoing the destination drops out
// instead, unless it is the last one.
func (j *Job) dropOut(ctx context.Context, dst int, err error) error {
	if err == nil || !j.plan.Transfer.KeepGoing || ctx.Err() != nil {
		return err
	}
	if _, ok := err.(*endpoint.UsageError); ok {
		return err
	}
	j.lost[dst] = err
	j.tellDropped(dst, err)
	if !slices.Contains(j.lost, nil) {
		return j.lostBefore()
	}
	return nil
}

// tellDropped tells that the destination of an operand has dropped out.
func (j *Job) tellDropped(operand int, err error) {
	if j.plan.Dropped != nil {
		j.plan.Dropped(operand, err)
	}
}

// lostBefore returns why destinations dropped out before bytes could move, or
// nil if none did.
func (j *Job) lostBefore() error { return errors.Join(j.lost...) }

// meet waits for all peers at the same time. The first failure ends the wait
// for the others.
func (j *Job) meet(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer j.clock.Tick()()
	j.awaited.Store(int32(side.Destination))
	sourceReady := make(chan struct{}) // closed when the wait for the source is over
	var all, dsts sync.WaitGroup
	var mu sync.Mutex // held around dropOut
	for i, dst := range j.dsts {
		if j.lost[i] != nil {
			continue
		}
		dsts.Go(func() {
			err := dst.Ready(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err := j.dropOut(ctx, i, err); err != nil {
				cancel(err)
			}
		})
	}
	all.Go(func() {
		dsts.Wait()
		j.awaited.Store(int32(side.Source))
		j.watchReady(ctx, sourceReady, cancel)
	})
	all.Go(func() {
		defer close(sourceReady)
		if err := j.src.Ready(ctx); err != nil {
			cancel(err)
		}
	})
	all.Wait()
	j.awaited.Store(int32(side.Neither))
	return context.Cause(ctx)
}

// watchReady watches the destinations, which are ready, until the source is
// ready, too. The source may never be. So if a destination goes away meanwhile,
// the copy ends.
func (j *Job) watchReady(ctx context.Context, sourceReady <-chan struct{}, cancel context.CancelCauseFunc) {
	const often = 100 * time.Millisecond
	for !j.plan.Transfer.KeepGoing {
		select {
		case <-sourceReady:
			return
		case <-ctx.Done():
			return
		case <-time.After(often):
		}
		for _, dst := range j.dsts {
			if err := dst.Away(); err != nil {
				cancel(err)
			}
		}
	}
}

// linger waits until the peers of complete destinations have ended their sides,
// or for as long as --linger says. It is no part of the copy: its time is not
// counted.
func (j *Job) linger(ctx context.Context) error {
	errs := make([]error, len(j.dsts))
	var peers sync.WaitGroup
	for i, dst := range j.dsts {
		if dst != nil {
			peers.Go(func() { errs[i] = dst.Linger(ctx) })
		}
	}
	peers.Wait()
	return errors.Join(errs...)
}

// close closes the source and aborts the destinations. Abort only closes a
// destination that was committed.
func (j *Job) close() error {
	var err error
	if c := j.chain.Load(); c != nil {
		c.close(j.complete())
	}
	for _, dst := range j.dsts {
		if dst != nil {
			err = errors.Join(err, dst.Abort())
		}
	}
	if j.src != nil {
		_ = j.src.Close() // an error changes nothing: all that was wanted has been read
	}
	return err
}

// abort undoes the copy when the process must end before the job does.
func (j *Job) abort() {
	defer j.display.ClearTaskbar() // last, since a stuck terminal may keep it
	if c := j.chain.Load(); c != nil {
		c.kill()
	}
	for _, dst := range j.dsts {
		if dst != nil {
			_ = dst.Abort() // nobody can do more
		}
	}
}

// expectedSize returns how many bytes the copy will move, or -1 if that is not
// known.
func (j *Job) expectedSize() int64 {
	size := int64(-1)
	if j.plan.From.Size > 0 {
		size = j.plan.From.Size
	}
	if known, ok := j.src.Size(); ok {
		size = known
	}
	if stop := j.plan.From.StopAt; stop != nil && (size < 0 || *stop < size) {
		size = *stop
	}
	return size
}
