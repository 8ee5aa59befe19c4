package cmd

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/ledger"
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
	dsts     []*endpoint.Dest // by operand; nil where it could not be opened
	lost     []error          // by operand: why it dropped out before bytes could move
	taking   []int            // the operands of the destinations that bytes go to
	reports  reports
	display  *progress.Display
	transfer atomic.Pointer[transfer.Copy] // nil until bytes may move; the display looks at it
	clock    *clock.Clock                  // what the times are by
	started  time.Time                     // when the program took the copy up
	began    time.Time                     // when bytes could move
	ended    time.Time                     // when the destinations were complete, or the copy had failed
	stopped  time.Duration                 // for how long nothing could happen between these two
	total    atomic.Int64                  // expected bytes, or -1
	awaited  atomic.Int32                  // the ledger.Side that is waited for before and after the copy
}

// copy is what `bpcopy SRC DST` does.
func (a *app) copy(ctx context.Context, opts copyOptions, args []string) error {
	c := &copyRun{app: a, opts: opts, clock: clock.New()}
	c.started = c.clock.Now()
	c.total.Store(-1)
	err := c.plan(ctx, args)
	if err == nil {
		err = c.run(ctx)
	}
	if err == nil {
		c.succeed()
	}
	return c.report(ctx, because(ctx, err))
}

// plan finds every mistake on the command line before anything is touched.
func (c *copyRun) plan(ctx context.Context, args []string) error {
	if err := c.planFiles(args); err != nil {
		c.opts.json = "" // it may name what must not be written
		return err
	}
	if err := c.opts.check(); err != nil {
		return err
	}
	if err := c.checkStdout(); err != nil {
		return err
	}
	if err := c.destOptions().Check(c.dstNames, c.srcName); err != nil {
		return err
	}
	if err := c.planScripts(ctx); err != nil {
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

// checkDestinations refuses to write one thing twice, and to replace a file unasked
// where there are several: with cp, all but the last would be sources.
func (c *copyRun) checkDestinations() error {
	paths := 0
	for i, name := range c.dstNames {
		for _, other := range c.dstNames[:i] {
			if c.destPlace(name).Overwrites(c.destPlace(other)) {
				return usagef("destinations %q and %q: want two different ones", other, name)
			}
		}
		if name.Scheme() == endpoint.Path {
			paths++
		}
	}
	if paths < 2 || c.srcName.Scheme() != endpoint.Path || c.opts.replace || c.opts.append || c.opts.noClobber {
		return nil
	}
	for _, name := range c.dstNames {
		if place := c.destPlace(name); place.HoldsFile() {
			return &usageError{
				text: fmt.Sprintf("destination %q exists: want --replace or --append where there are several destinations", place),
				hint: fmt.Sprintf("%q would be copied to every other operand, and over %q", c.srcName, place),
			}
		}
	}
	return nil
}

// destPlace is where a destination lands.
func (c *copyRun) destPlace(name endpoint.Operand) endpoint.Place {
	return name.PlaceFrom(c.srcName, c.Stdout)
}

// run copies, with the display around it.
func (c *copyRun) run(ctx context.Context) error {
	if err := checkDescriptors(); err != nil {
		return fmt.Errorf("open source %q: %w", c.srcName, err)
	}
	c.display = progress.New(c.displayOptions())
	defer c.statusOnSignal(c.display)()
	c.begin(c.abort)
	err := c.open(ctx)
	if err == nil {
		// Not before: the runtime takes a descriptor for its first timer, and ends the
		// process where there is none left.
		c.interruption.run(c.clock)
		c.display.Start()
		err = c.carry(ctx)
		c.display.Stop(ending(err))
		if lost := c.linger(ctx); lost != nil {
			err = errors.Join(err, lost)
		}
	}
	c.end() // nobody else closes at the same time
	return errors.Join(err, c.close())
}

// abort undoes the copy when the run itself does not come to it.
func (c *copyRun) abort() {
	for _, dst := range c.dsts {
		if dst != nil {
			_ = dst.Abort() // what remains, remains
		}
	}
}

// carry waits for the peers, moves the bytes and completes the destinations.
func (c *copyRun) carry(ctx context.Context) error {
	if err := c.meet(ctx); err != nil {
		return err
	}
	t, err := c.newTransfer()
	if err != nil {
		return err
	}
	c.began, c.stopped = c.clock.Now(), -c.clock.Stopped()
	c.transfer.Store(t)
	err = errors.Join(c.lostBefore(), c.blame(runTransfer(ctx, t)))
	if err != nil && t.Err() == nil {
		err = &failure{err} // others are complete: that is a failure and no more
	}
	c.awaited.Store(int32(ledger.DestinationSide))
	err = errors.Join(err, c.complete(ctx, t, err))
	c.ended = c.clock.Now()
	c.stopped += c.clock.Stopped()
	return err
}

// complete is commit while somebody looks at the clock.
func (c *copyRun) complete(ctx context.Context, t *transfer.Copy, failed error) error {
	defer c.clock.Tick()()
	return c.commit(ctx, t, failed)
}

// newTransfer makes the copy to the destinations that have not dropped out.
func (c *copyRun) newTransfer() (*transfer.Copy, error) {
	opts := c.opts.transfer()
	opts.Producer, opts.Seed, opts.Clock = c.scripts.producer, c.opts.seed, c.clock
	if c.reports.recorder != nil {
		opts.Observe = c.reports.recorder.Event
	}
	var dsts []transfer.Destination
	for i, dst := range c.dsts {
		if c.lost[i] != nil {
			continue
		}
		c.taking = append(c.taking, i)
		dsts = append(dsts, dst)
		if c.scripts.consumers != nil {
			opts.Consumers = append(opts.Consumers, c.scripts.consumers[i])
		}
	}
	return transfer.New(c.src, dsts, opts)
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
