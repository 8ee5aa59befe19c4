package cmd

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/progress"
	"bpcopy/internal/transfer"
)

// copyRun is one copy from its operands to its summary.
type copyRun struct {
	*app
	opts     copyOptions
	srcName  endpoint.Operand
	dstNames []endpoint.Operand

	expectations []expect.Condition
	scripts      scripts

	src      *endpoint.Source
	dsts     []*endpoint.Dest
	reports  reports
	display  *progress.Display
	transfer atomic.Pointer[transfer.Copy] // nil until bytes may move; the display looks at it
	started  time.Time                     // when the program took the copy up
	began    time.Time                     // when bytes could move
	ended    time.Time                     // when the destinations were complete, or the copy had failed
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
	for _, name := range c.dstNames {
		if err := c.destOptions().Check(name); err != nil {
			return err
		}
	}
	if err := c.planScripts(); err != nil {
		return err
	}
	var err error
	c.expectations, err = parseExpectations(c.opts.expect, len(c.dstNames))
	return err
}

func (c *copyRun) planFiles(args []string) (err error) {
	if c.srcName, err = endpoint.ParseOperand(args[0]); err != nil {
		return err
	}
	for _, arg := range args[1:] {
		name, err := endpoint.ParseOperand(arg)
		if err != nil {
			return err
		}
		c.dstNames = append(c.dstNames, name)
	}
	if err := c.checkDestinations(); err != nil {
		return err
	}
	return c.checkReports()
}

// checkDestinations refuses to write one thing twice.
func (c *copyRun) checkDestinations() error {
	for i, name := range c.dstNames {
		for _, other := range c.dstNames[:i] {
			if c.destPlace(name).overwrites(c.destPlace(other)) || name.Scheme() == endpoint.Stdio && other.Scheme() == endpoint.Stdio {
				return usagef("destinations %q and %q: want two different ones", other, name)
			}
		}
	}
	return nil
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

// carry waits for the peers, moves the bytes and completes the destinations.
func (c *copyRun) carry(ctx context.Context) error {
	if err := c.meet(ctx); err != nil {
		return err
	}
	opts := c.opts.transfer()
	opts.Consumers, opts.Producer, opts.Seed = c.scripts.consumers, c.scripts.producer, c.opts.seed
	if c.reports.recorder != nil {
		opts.Observe = c.reports.recorder.Event
	}
	dsts := make([]transfer.Destination, len(c.dsts))
	for i, dst := range c.dsts {
		dsts[i] = dst
	}
	t, err := transfer.New(c.src, dsts, opts)
	if err != nil {
		return err
	}
	c.began = time.Now()
	c.transfer.Store(t)
	err = c.blame(t.Run(ctx))
	if err != nil && t.Err() == nil {
		err = errors.New(err.Error()) // others are complete: that is a failure and no more
	}
	c.awaited.Store(int32(progress.SideDestination))
	err = errors.Join(err, c.commit(ctx, t, err))
	c.ended = time.Now()
	return err
}

// blame names the operand at which no byte moved.
func (c *copyRun) blame(err error) error {
	idle, ok := errors.AsType[*transfer.IdleError](err)
	switch {
	case ok && idle.Side == transfer.SourceSide:
		return fmt.Errorf("read source %q: %w", c.srcName, err)
	case ok && idle.Side == transfer.DestinationSide && len(c.dstNames) == 1: // of several, any may be the one
		return fmt.Errorf("write destination %q: %w", c.dstNames[0], err)
	}
	return err
}
