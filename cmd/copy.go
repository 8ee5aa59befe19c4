package cmd

import (
	"context"
	"fmt"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/expect"
	"bpcopy/internal/interrupt"
	"bpcopy/internal/job"
	"bpcopy/internal/progress"
)

// copyRun is one copy, from its command line to its messages.
type copyRun struct {
	*app
	opts copyOptions
	src  endpoint.Operand
	dsts []endpoint.Operand

	headers    []endpoint.Header // of a request over HTTP
	conditions []expect.Condition
	scripts    scripts
	display    *progress.Display // nil until the plan is complete
}

// copy is what `bpcopy SRC DST` does.
func (a *app) copy(ctx context.Context, opts copyOptions, args []string) error {
	c := &copyRun{app: a, opts: opts}
	err := c.plan(ctx, args)
	j := job.New(c.jobPlan())
	if err != nil {
		result := j.Refuse(ctx, err)
		return result.Err()
	}
	c.display = j.Display(c.displayOptions())
	defer c.statusOnSignal(c.display, func() string { return c.statusLine(j.Because()) })()
	page, err := c.serve(ctx, c.opts.serve, c.display.Println)
	if err != nil {
		result := j.Refuse(ctx, err)
		return result.Err()
	}
	page.Show(func() []document.Run { return []document.Run{j.SoFar()} })
	result := j.Run(ctx)
	page.End(ctx, patience(ctx), result.Run)
	if result.Began && !c.opts.quiet {
		c.summary = result.Summary.Text()
	}
	return result.Err()
}

// plan reads the command line. It finds every mistake there before anything is
// opened for writing.
func (c *copyRun) plan(ctx context.Context, args []string) error {
	if err := c.planFiles(args); err != nil {
		c.opts.dropReports()
		return err
	}
	if err := c.opts.check(); err != nil {
		return err
	}
	if err := c.checkStdout(); err != nil {
		return err
	}
	if err := c.destOptions().Check(c.dsts, c.src); err != nil {
		return err
	}
	if err := c.planHeaders(); err != nil {
		return err
	}
	if err := c.planScripts(ctx); err != nil {
		return err
	}
	var err error
	if c.conditions, err = parseConditions(c.opts.expect, len(c.dsts), len(c.opts.through)); err != nil {
		return err
	}
	if err := endpoint.CheckDescriptors(); err != nil {
		return fmt.Errorf("open source %q: %w", c.src, err)
	}
	return nil
}

// planFiles reads the operands and checks that they and the reports are
// different files.
func (c *copyRun) planFiles(args []string) (err error) {
	if c.src, err = endpoint.ParseOperand(args[0]); err != nil {
		return err
	}
	for _, arg := range args[1:] {
		name, err := endpoint.ParseOperand(arg)
		if err == nil {
			err = name.CheckDestination()
		}
		if err != nil {
			return err
		}
		c.dsts = append(c.dsts, name)
	}
	if err := c.checkDestinations(); err != nil {
		return err
	}
	return c.checkReports()
}

// planHeaders reads the headers of --header.
func (c *copyRun) planHeaders() error {
	if c.opts.headers != nil && c.src.Scheme() != endpoint.HTTP {
		return usagef("--header: want http:// or https:// as the source, not %q", c.src)
	}
	for _, text := range c.opts.headers {
		header, err := endpoint.ParseHeader(text)
		if err != nil {
			return usagef("--%v", err)
		}
		c.headers = append(c.headers, header)
	}
	return nil
}

// checkDestinations refuses two destinations that are the same file. With
// several destinations it also refuses to replace a file unless the user says
// so: to cp, all operands but the last would be sources.
func (c *copyRun) checkDestinations() error {
	paths := 0
	for i, name := range c.dsts {
		for _, other := range c.dsts[:i] {
			if c.destPlace(name).Overwrites(c.destPlace(other)) {
				return usagef("destinations %q and %q: want two different ones", other, name)
			}
		}
		if name.Scheme() == endpoint.Path {
			paths++
		}
	}
	if paths < 2 || c.src.Scheme() != endpoint.Path || c.opts.replace || c.opts.append || c.opts.noClobber {
		return nil
	}
	for _, name := range c.dsts {
		if place := c.destPlace(name); place.HoldsFile() {
			return &usageError{
				text: fmt.Sprintf("destination %q exists: want --replace or --append where there are several destinations", place),
				hint: fmt.Sprintf("%q would be copied to every other operand, and over %q", c.src, place),
			}
		}
	}
	return nil
}

// destPlace returns where a destination would land.
func (c *copyRun) destPlace(name endpoint.Operand) endpoint.Place {
	return name.PlaceFrom(c.src, c.Stdout)
}

// jobPlan returns the plan of the copy for the job.
func (c *copyRun) jobPlan() job.Plan {
	plan := job.Plan{
		Name:         c.name(),
		Source:       c.src,
		Destinations: c.dsts,
		From:         c.sourceOptions(),
		To:           c.destOptions(),
		Transfer:     c.opts.transfer(),
		Move:         runTransfer,
		Conditions:   c.conditions,
		JSON:         c.reportFile(c.opts.json),
		Events:       c.reportFile(c.opts.path().path),
		Recording:    c.opts.record != "",
		Documents:    c.documents(c.opts.reports),
		Grace:        interrupt.GraceForReport,
		Process:      c.run,
	}
	if plan.Stages = c.opts.through; plan.Stages != nil {
		plan.Said = c.tellSaid
		c.run.StartsCommands()
	}
	if !c.opts.quiet {
		plan.Dropped = c.tellDropped
	}
	plan.Transfer.Consumers, plan.Transfer.Producer, plan.Transfer.Seed = c.scripts.consumers, c.scripts.producer, c.opts.seed
	return plan
}

func (c *copyRun) peerOptions() endpoint.PeerOptions {
	return endpoint.PeerOptions{
		ConnectTimeout: time.Duration(c.opts.connectTimeout),
		ConnectRetry:   time.Duration(c.opts.connectRetry),
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
		StopAt:      c.opts.given("stop-at", c.opts.stopAt),
		Skip:        int64(c.opts.skip),
		Headers:     c.headers,
		PeerOptions: c.peerOptions(),
	}
}

func (c *copyRun) destOptions() endpoint.DestOptions {
	return endpoint.DestOptions{
		Stdout:      c.Stdout,
		Append:      c.opts.append,
		InPlace:     c.opts.inPlace,
		Seek:        c.opts.given("seek", c.opts.seek),
		NoClobber:   c.opts.noClobber,
		Preserve:    c.opts.preserve,
		Fsync:       c.opts.fsync,
		PeerOptions: c.peerOptions(),
	}
}
