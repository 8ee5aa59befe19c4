package cmd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/progress"
	"bpcopy/internal/trace"
	"bpcopy/internal/transfer"
)

// copyRun is one copy from its operands to its summary.
type copyRun struct {
	*app
	opts    copyOptions
	srcName endpoint.Operand
	dstName endpoint.Operand

	expectations []expect.Condition

	src      *endpoint.Source
	dst      *endpoint.Dest
	reports  reports
	display  *progress.Display
	transfer atomic.Pointer[transfer.Copy] // nil until bytes may move; the display looks at it
	started  time.Time                     // when the program took the copy up
	began    time.Time                     // when bytes could move
	ended    time.Time                     // when the destination was complete, or the copy had failed
	total    atomic.Int64                  // expected bytes, or -1
	awaited  atomic.Int32                  // the progress.Side that is waited for before and after the copy
}

// copy is what `bpcopy SRC DST` does.
func (a *app) copy(ctx context.Context, opts copyOptions, args []string) error {
	c := &copyRun{app: a, opts: opts, started: time.Now()}
	c.total.Store(-1)
	err := c.plan(args)
	if err == nil {
		err = c.run(ctx)
	}
	return c.report(ctx, because(ctx, err))
}

// plan finds every mistake on the command line before anything is touched.
func (c *copyRun) plan(args []string) error {
	if err := c.planFiles(args); err != nil {
		c.opts.json = "" // it may name what must not be written
		return err
	}
	if err := c.opts.check(); err != nil {
		return err
	}
	if err := c.destOptions().Check(c.dstName); err != nil {
		return err
	}
	var err error
	c.expectations, err = parseExpectations(c.opts.expect, len(args)-1)
	return err
}

func (c *copyRun) planFiles(args []string) (err error) {
	if c.srcName, err = endpoint.ParseOperand(args[0]); err != nil {
		return err
	}
	if c.dstName, err = endpoint.ParseOperand(args[1]); err != nil {
		return err
	}
	return c.checkReports()
}

// run copies, with the display around it.
func (c *copyRun) run(ctx context.Context) error {
	c.display = progress.New(c.displayOptions())
	defer c.statusOnSignal()()
	err := c.open(ctx)
	if err == nil {
		c.display.Start()
		err = c.carry(ctx)
		c.display.Stop(outcome(err))
	}
	return errors.Join(err, c.close())
}

// open opens whatever needs no peer, so that a mistake shows before anybody is
// waited for.
func (c *copyRun) open(ctx context.Context) (err error) {
	if c.src, err = endpoint.OpenSource(ctx, c.srcName, c.sourceOptions()); err != nil {
		return err
	}
	if c.dst, err = endpoint.OpenDest(ctx, c.dstName, c.src, c.destOptions()); err != nil {
		return err
	}
	c.total.Store(c.size())
	return c.openReports(ctx)
}

// carry waits for the peers, moves the bytes and completes the destination.
func (c *copyRun) carry(ctx context.Context) error {
	if err := c.meet(ctx); err != nil {
		return err
	}
	opts := c.opts.transfer()
	if c.reports.recorder != nil {
		opts.Observe = c.reports.recorder.Event
	}
	t, err := transfer.New(c.src, []transfer.Destination{c.dst}, opts)
	if err != nil {
		return err
	}
	c.began = time.Now()
	c.transfer.Store(t)
	err = c.blame(t.Run(ctx))
	if err == nil {
		c.awaited.Store(int32(progress.SideDestination))
		err = c.dst.Commit(ctx)
	}
	c.ended = time.Now()
	return err
}

// blame names the operand at which no byte moved.
func (c *copyRun) blame(err error) error {
	idle, ok := errors.AsType[*transfer.IdleError](err)
	switch {
	case ok && idle.Side == transfer.SourceSide:
		return fmt.Errorf("read source %q: %w", c.srcName, err)
	case ok && idle.Side == transfer.DestinationSide:
		return fmt.Errorf("write destination %q: %w", c.dstName, err)
	}
	return err
}

// meet waits for both peers at once; the first failure ends the wait for the
// other.
func (c *copyRun) meet(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c.awaited.Store(int32(progress.SideDestination))
	var peers sync.WaitGroup
	var srcErr, dstErr error
	peers.Go(func() {
		if srcErr = c.src.Ready(ctx); srcErr != nil {
			cancel(srcErr)
		}
	})
	peers.Go(func() {
		if dstErr = c.dst.Ready(ctx); dstErr != nil {
			cancel(dstErr)
		}
		c.awaited.Store(int32(progress.SideSource))
	})
	peers.Wait()
	if srcErr == nil && dstErr == nil {
		c.awaited.Store(int32(progress.SideNone))
		return nil
	}
	return context.Cause(ctx)
}

// close lets both sides go; a destination that was not completed is undone.
func (c *copyRun) close() error {
	var err error
	if c.dst != nil {
		err = c.dst.Abort()
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

// size is how many bytes the copy will have, or -1.
func (c *copyRun) size() int64 {
	size := int64(-1)
	if c.opts.size > 0 {
		size = int64(c.opts.size)
	}
	if known, ok := c.src.Size(); ok {
		size = known
	}
	if stop := int64(c.opts.stopAt); stop > 0 && (size < 0 || stop < size) {
		size = stop
	}
	return size
}

// summarize tells what the copy has come to, with the error that ended it.
func (c *copyRun) summarize(err error) trace.Summary {
	word, code := result(err)
	s := trace.Summary{
		Schema:        trace.Schema,
		Source:        trace.Source{Name: c.srcName.String()},
		HighWaterMark: int64(c.opts.highWaterMark),
		LowWaterMark:  int64(c.opts.lowWaterMark),
		ReadAhead:     int64(c.opts.readAhead),
		ChunkSize:     int64(c.opts.chunkSize),
		Result:        word,
		ExitCode:      code,
	}
	if err != nil {
		s.Error = new(err.Error())
	}
	if c.opts.rate > 0 {
		s.RequestedRate = new(int64(c.opts.rate))
	}
	if c.src != nil {
		s.Source.Name = c.src.Name()
	}
	if size := c.total.Load(); size >= 0 {
		s.Source.Size = &size
	}
	dst := trace.Destination{Name: c.dstName.String()}
	if c.dst != nil {
		dst.Name = c.dst.Name()
	}
	if t := c.transfer.Load(); t != nil {
		c.count(&s, &dst, t.Stats())
	}
	s.Destinations = []trace.Destination{dst}
	return s
}

// count puts the counts of the copy into its summary.
func (c *copyRun) count(s *trace.Summary, dst *trace.Destination, stats transfer.Stats) {
	elapsed := c.ended.Sub(c.began)
	s.Bytes = stats.Written
	s.ElapsedSeconds = elapsed.Seconds()
	if elapsed > 0 {
		s.Rate = int64(math.Round(float64(stats.Written) / elapsed.Seconds()))
	}
	s.Pauses, s.Drains, s.Resumes = stats.Pauses, stats.Drains(), stats.Resumes
	s.PausedSeconds, s.LongestPauseSeconds = stats.Paused.Seconds(), stats.LongestPause.Seconds()
	s.PeakLength = stats.PeakLength()
	s.Conduit = c.transfer.Load().Conduit()
	d := stats.Destinations[0]
	dst.Bytes, dst.Writes, dst.WritesFalse, dst.Drains, dst.PeakLength = d.Bytes, d.Writes, d.WritesFalse, d.Drains, d.PeakLength
}
