package cmd

import (
	"context"
	"fmt"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/interrupt"
	"bpcopy/internal/job"
	"bpcopy/internal/progress"
)

// copyRun is one copy from its command line to what is said of it.
type copyRun struct {
	*app
	opts     copyOptions
	srcName  endpoint.Operand
	dstNames []endpoint.Operand

	expectations []expect.Condition
	scripts      scripts
	display      *progress.Display // nil until the job has it
}

// copy is what `bpcopy SRC DST` does.
func (a *app) copy(ctx context.Context, opts copyOptions, args []string) error {
	c := &copyRun{app: a, opts: opts}
	err := c.plan(ctx, args)
	j := job.New(c.job())
	if err != nil {
		result := j.Refuse(ctx, err)
		return result.Err()
	}
	c.display = j.Display(c.displayOptions())
	defer c.statusOnSignal(c.display)()
	result := j.Run(ctx)
	if result.Began && !c.opts.quiet {
		c.summary = result.Summary.Text()
	}
	return result.Err()
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
	if c.expectations, err = parseExpectations(c.opts.expect, len(c.dstNames)); err != nil {
		return err
	}
	if err := endpoint.CheckDescriptors(); err != nil {
		return fmt.Errorf("open source %q: %w", c.srcName, err)
	}
	return nil
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

// job is the plan of the copy.
func (c *copyRun) job() job.Plan {
	plan := job.Plan{
		Source:       c.srcName,
		Destinations: c.dstNames,
		From:         c.sourceOptions(),
		To:           c.destOptions(),
		Transfer:     c.opts.transfer(),
		Move:         runTransfer,
		Conditions:   c.expectations,
		JSON:         c.reportFile(c.opts.json),
		Events:       c.reportFile(c.opts.events),
		Grace:        interrupt.GraceForReport,
		Process:      c.run,
	}
	plan.Transfer.Consumers, plan.Transfer.Producer, plan.Transfer.Seed = c.scripts.consumers, c.scripts.producer, c.opts.seed
	return plan
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
		Rate:        int64(c.opts.rate),
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
		Rate:        int64(c.opts.rate),
		PeerOptions: c.peerOptions(),
	}
}
