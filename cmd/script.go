package cmd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/throttle"
	"bpcopy/internal/units"
)

// scriptHelp is shown by --help.
const scriptHelp = `SCRIPT, for --consumer and --producer: steps separated by ";", each for a time or
an amount (with its unit: 512B), the last one to the end, or "repeat" to start over:
  10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited
Actions: a RATE, unlimited, stall, slice SIZE, latency DURATION [jitter DURATION]
(each write takes that long), delay DURATION [jitter DURATION] (bytes arrive that
much later, and hold up none behind them), several joined by "+"; and the ends
close and fail CODE (EIO, ENOSPC, …).`

// maxScript is how long a script may be: more than anybody writes, and little
// enough to read at once.
const maxScript = units.MiB

// parseScript reads a script. It is the text itself or, after an "@", a file.
// The flag is for errors.
func parseScript(ctx context.Context, flag, text string) (throttle.Script, error) {
	name := fmt.Sprintf("--%s %q", flag, text)
	if path, ok := strings.CutPrefix(text, "@"); ok {
		content, err := readFile(ctx, path, maxScript)
		if errors.Is(err, errTooLong) {
			return throttle.Script{}, usagef("%s: script of more than %v: want at most that", name, maxScript)
		}
		if err != nil {
			return throttle.Script{}, report.FileError("read script", path, err)
		}
		text = string(content)
	}
	script, err := throttle.Parse(text, units.ParseSize, units.ParseRate)
	if err != nil {
		return throttle.Script{}, usageAbout(name+":", err)
	}
	return script, nil
}

// parseConsumers reads the scripts of --consumer and returns one for each
// destination, or nil if there is none. A script with a number in front is for
// that destination, from 1; one without is for all.
func (c *copyRun) parseConsumers(ctx context.Context) ([]throttle.Script, error) {
	destinations := len(c.dsts)
	if len(c.opts.consumers) == 0 {
		return nil, nil
	}
	scripts := make([]throttle.Script, destinations)
	for _, text := range c.opts.consumers {
		first, last := 0, destinations-1
		if number, rest, ok := strings.Cut(text, ":"); ok && isNumber(number) {
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 || n > destinations {
				return nil, usagef("--consumer %q: no destination %s: want 1 to %d", text, number, destinations)
			}
			first, last, text = n-1, n-1, rest
		}
		script, err := parseScript(ctx, "consumer", text)
		if err != nil {
			return nil, err
		}
		for i := first; i <= last; i++ {
			if !scripts[i].IsZero() {
				return nil, usagef("--consumer: want one script for destination %d, have two", i+1)
			}
			scripts[i] = script
		}
	}
	return scripts, nil
}

// isNumber reports whether s is nothing but digits. No script has a ":" after
// digits, so such a number is always that of a destination.
func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// planScripts reads the scripts. If they have jitter and no seed is given, it
// chooses one and prints it, so that the copy can be repeated.
func (c *copyRun) planScripts(ctx context.Context) (err error) {
	if c.opts.consumers != nil || c.opts.producer != "" {
		c.run.Wait() // a file may be a FIFO
	}
	if c.scripts.consumers, err = c.parseConsumers(ctx); err != nil {
		return err
	}
	if c.opts.producer != "" {
		if c.scripts.producer, err = parseScript(ctx, "producer", c.opts.producer); err != nil {
			return err
		}
		if c.scripts.producer.Delays() && c.opts.conduit.value != "auto" && c.opts.conduit.value != "memory" {
			return usagef("--producer %q and --conduit=%s: want --conduit=memory with delay", c.opts.producer, c.opts.conduit.value)
		}
	}
	jitters := c.scripts.producer.Jitters()
	for _, script := range c.scripts.consumers {
		jitters = jitters || script.Jitters()
	}
	if c.opts.changed("seed") || !jitters {
		return nil
	}
	c.opts.seed = c.chooseSeed(c.opts.quiet)
	return nil
}

// chooseSeed returns a seed, and prints it unless the run is to be quiet. That nobody
// reads messages is no reason to stop.
func (a *app) chooseSeed(quiet bool) uint64 {
	seed := rand.Uint64N(1 << 32)
	if !quiet {
		_, _ = fmt.Fprintf(a.messages, "bpcopy: seed %d\n", seed)
	}
	return seed
}

// scripts are the scripts of all ends of a copy.
type scripts struct {
	consumers []throttle.Script // one for each destination, or nil
	producer  throttle.Script   // may be zero
}
