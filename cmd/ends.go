package cmd

import (
	"context"
	"errors"
	"sync"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
	"bpcopy/internal/transfer"
)

// open opens whatever needs no peer, so that a mistake shows before anybody is
// waited for.
func (c *copyRun) open(ctx context.Context) (err error) {
	if c.src, err = endpoint.OpenSource(ctx, c.srcName, c.sourceOptions()); err != nil {
		return err
	}
	for _, name := range c.dstNames {
		dst, err := endpoint.OpenDest(ctx, name, c.src, c.destOptions())
		if err != nil {
			return err
		}
		c.dsts = append(c.dsts, dst)
	}
	c.total.Store(c.size())
	return c.openReports(ctx)
}

// meet waits for all peers at once; the first failure ends the wait for the
// others.
func (c *copyRun) meet(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c.awaited.Store(int32(progress.SideDestination))
	var peers, dsts sync.WaitGroup
	for _, dst := range c.dsts {
		dsts.Go(func() {
			if err := dst.Ready(ctx); err != nil {
				cancel(err)
			}
		})
	}
	peers.Go(func() {
		dsts.Wait()
		c.awaited.Store(int32(progress.SideSource))
	})
	peers.Go(func() {
		if err := c.src.Ready(ctx); err != nil {
			cancel(err)
		}
	})
	peers.Wait()
	c.awaited.Store(int32(progress.SideNone))
	return context.Cause(ctx)
}

// commit completes the destinations that took everything: all of them after a
// copy that did not fail, and with --keep-going those that did not drop out.
func (c *copyRun) commit(ctx context.Context, t *transfer.Copy, failed error) error {
	var err error
	for i, dst := range c.dsts {
		if failed != nil && (t.Err() != nil || t.Lost(i) != nil) {
			continue
		}
		commitErr := dst.Commit(ctx)
		err = errors.Join(err, commitErr)
		if commitErr != nil && !c.opts.keepGoing {
			break
		}
	}
	return err
}

// close lets all sides go; a destination that was not completed is undone.
func (c *copyRun) close() error {
	var err error
	for _, dst := range c.dsts {
		err = errors.Join(err, dst.Abort())
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
		Listening:      func(url string) { c.display.Println("bpcopy: listening on " + url) },
	}
}

func (c *copyRun) sourceOptions() endpoint.SourceOptions {
	return endpoint.SourceOptions{Stdin: c.Stdin, PeerOptions: c.peerOptions()}
}

func (c *copyRun) destOptions() endpoint.DestOptions {
	return endpoint.DestOptions{
		Stdout:      c.Stdout,
		Append:      c.opts.append,
		NoClobber:   c.opts.noClobber,
		Preserve:    c.opts.preserve,
		Fsync:       c.opts.fsync,
		PeerOptions: c.peerOptions(),
	}
}
