package cmd

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/ledger"
	"bpcopy/internal/transfer"
)

// open opens whatever needs no peer, so that a mistake shows before anybody is
// waited for.
func (c *copyRun) open(ctx context.Context) (err error) {
	if c.src, err = endpoint.OpenSource(ctx, c.srcName, c.sourceOptions()); err != nil {
		return err
	}
	c.lost = make([]error, len(c.dstNames))
	for i, name := range c.dstNames {
		dst, err := endpoint.OpenDest(ctx, name, c.src, c.destOptions())
		c.dsts = append(c.dsts, dst)
		if err = c.dropOut(ctx, i, err); err != nil {
			return err
		}
	}
	c.total.Store(c.size())
	return c.openReports(ctx)
}

// dropOut leaves the copy to the others if a destination fails before bytes move and
// that is wanted. The error is one that ends the copy.
func (c *copyRun) dropOut(ctx context.Context, dst int, err error) error {
	if err == nil || !c.opts.keepGoing || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*endpoint.UsageError](err); ok {
		return err
	}
	c.lost[dst] = err
	if !slices.Contains(c.lost, nil) {
		return c.lostBefore()
	}
	return nil
}

// lostBefore is why destinations dropped out before bytes could move, or nil.
func (c *copyRun) lostBefore() error { return errors.Join(c.lost...) }

// meet waits for all peers at once; the first failure ends the wait for the
// others.
func (c *copyRun) meet(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer c.clock.Tick()()
	c.awaited.Store(int32(ledger.DestinationSide))
	met := make(chan struct{}) // closed with the source
	var peers, dsts sync.WaitGroup
	var mu sync.Mutex // around dropOut
	for i, dst := range c.dsts {
		if c.lost[i] != nil {
			continue
		}
		dsts.Go(func() {
			err := dst.Ready(ctx)
			mu.Lock()
			defer mu.Unlock()
			if err := c.dropOut(ctx, i, err); err != nil {
				cancel(err)
			}
		})
	}
	peers.Go(func() {
		dsts.Wait()
		c.awaited.Store(int32(ledger.SourceSide))
		c.watchReady(ctx, met, cancel)
	})
	peers.Go(func() {
		defer close(met)
		if err := c.src.Ready(ctx); err != nil {
			cancel(err)
		}
	})
	peers.Wait()
	c.awaited.Store(int32(ledger.Neither))
	return context.Cause(ctx)
}

// watchReady looks whether a destination that is ready goes away while the source
// is waited for, which may never come.
func (c *copyRun) watchReady(ctx context.Context, met <-chan struct{}, cancel context.CancelCauseFunc) {
	const often = 100 * time.Millisecond
	for !c.opts.keepGoing {
		select {
		case <-met:
			return
		case <-ctx.Done():
			return
		case <-time.After(often):
		}
		for _, dst := range c.dsts {
			if err := dst.Away(); err != nil {
				cancel(err)
			}
		}
	}
}

// commit completes the destinations that took everything: all of them or none, or with
// --keep-going as many as can be.
func (c *copyRun) commit(ctx context.Context, t *transfer.Copy, failed error) error {
	if failed != nil && (t.Err() != nil || !c.opts.keepGoing) {
		return nil
	}
	var complete []*endpoint.Dest
	for i, dst := range c.taking {
		if t.Lost(i) == nil {
			complete = append(complete, c.dsts[dst])
		}
	}
	if !c.opts.keepGoing {
		return endpoint.Commit(ctx, complete, c.decide)
	}
	var err error
	for _, dst := range complete {
		err = errors.Join(err, endpoint.Commit(ctx, []*endpoint.Dest{dst}, c.decide))
	}
	return err
}

// linger waits until the peers of complete destinations have ended their sides, all
// at once. It is no part of the copy: no time of it is counted.
func (c *copyRun) linger(ctx context.Context) error {
	errs := make([]error, len(c.dsts))
	var peers sync.WaitGroup
	for i, dst := range c.dsts {
		if dst != nil {
			peers.Go(func() { errs[i] = dst.Linger(ctx) })
		}
	}
	peers.Wait()
	return errors.Join(errs...)
}

// close lets all sides go; a destination that was not completed is undone.
func (c *copyRun) close() error {
	var err error
	for _, dst := range c.dsts {
		if dst != nil {
			err = errors.Join(err, dst.Abort())
		}
	}
	if c.src != nil {
		_ = c.src.Close() // everything that was wanted of it has been read
	}
	return err
}

func (c *copyRun) peerOptions() endpoint.PeerOptions {
	return endpoint.PeerOptions{
		ConnectTimeout: time.Duration(c.opts.connectTimeout),
		AcceptTimeout:  time.Duration(c.opts.acceptTimeout),
		IdleTimeout:    time.Duration(c.opts.idleTimeout),
		Linger:         time.Duration(c.opts.linger),
		Listening:      func(url string) { c.display.Println("bpcopy: listening on " + url) },
	}
}

func (c *copyRun) sourceOptions() endpoint.SourceOptions {
	return endpoint.SourceOptions{
		Stdin:       c.Stdin,
		Size:        int64(c.opts.size),
		StopAt:      int64(c.opts.stopAt),
		PeerOptions: c.peerOptions(),
	}
}

func (c *copyRun) destOptions() endpoint.DestOptions {
	return endpoint.DestOptions{
		Stdout:      c.Stdout,
		Append:      c.opts.append,
		InPlace:     c.opts.inPlace,
		NoClobber:   c.opts.noClobber,
		Preserve:    c.opts.preserve,
		Fsync:       c.opts.fsync,
		PeerOptions: c.peerOptions(),
	}
}
