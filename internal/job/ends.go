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

// open opens whatever needs no peer, so that a mistake shows before anybody is
// waited for.
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
	j.total.Store(j.size())
	return j.openReports(ctx)
}

// dropOut leaves the copy to the others if a destination fails before bytes move and
// that is wanted. The error is one that ends the copy.
func (j *Job) dropOut(ctx context.Context, dst int, err error) error {
	if err == nil || !j.plan.Transfer.KeepGoing || ctx.Err() != nil {
		return err
	}
	if _, ok := err.(*endpoint.UsageError); ok {
		return err
	}
	j.lost[dst] = err
	if !slices.Contains(j.lost, nil) {
		return j.lostBefore()
	}
	return nil
}

// lostBefore is why destinations dropped out before bytes could move, or nil.
func (j *Job) lostBefore() error { return errors.Join(j.lost...) }

// meet waits for all peers at once; the first failure ends the wait for the
// others.
func (j *Job) meet(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer j.clock.Tick()()
	j.awaited.Store(int32(side.Destination))
	met := make(chan struct{}) // closed with the source
	var peers, dsts sync.WaitGroup
	var mu sync.Mutex // around dropOut
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
	peers.Go(func() {
		dsts.Wait()
		j.awaited.Store(int32(side.Source))
		j.watchReady(ctx, met, cancel)
	})
	peers.Go(func() {
		defer close(met)
		if err := j.src.Ready(ctx); err != nil {
			cancel(err)
		}
	})
	peers.Wait()
	j.awaited.Store(int32(side.Neither))
	return context.Cause(ctx)
}

// watchReady looks whether a destination that is ready goes away while the source
// is waited for, which may never come.
func (j *Job) watchReady(ctx context.Context, met <-chan struct{}, cancel context.CancelCauseFunc) {
	const often = 100 * time.Millisecond
	for !j.plan.Transfer.KeepGoing {
		select {
		case <-met:
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

// linger waits until the peers of complete destinations have ended their sides, all
// at once. It is no part of the copy: no time of it is counted.
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

// close lets all sides go; a destination that was not completed is undone.
func (j *Job) close() error {
	var err error
	for _, dst := range j.dsts {
		if dst != nil {
			err = errors.Join(err, dst.Abort())
		}
	}
	if j.src != nil {
		_ = j.src.Close() // everything that was wanted of it has been read
	}
	return err
}

// abort undoes the copy when the job itself does not come to it.
func (j *Job) abort() {
	for _, dst := range j.dsts {
		if dst != nil {
			_ = dst.Abort() // what remains, remains
		}
	}
}

// size is how many bytes the copy will have, or -1.
func (j *Job) size() int64 {
	size := int64(-1)
	if j.plan.From.Size > 0 {
		size = j.plan.From.Size
	}
	if known, ok := j.src.Size(); ok {
		size = known
	}
	if stop := j.plan.From.StopAt; stop > 0 && (size < 0 || stop < size) {
		size = stop
	}
	return size
}
