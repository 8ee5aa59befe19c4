package cmd

import (
	"context"
	"strings"

	"bpcopy/internal/stage"
)

// checkThrough returns a usage error if the commands of --through do not go together
// with other flags.
func (o copyOptions) checkThrough() error {
	if len(o.through) == 0 {
		return nil
	}
	for _, command := range o.through {
		if strings.TrimSpace(command) == "" || strings.ContainsRune(command, 0) {
			return usagef("--through %q: want a command", command)
		}
	}
	switch {
	case !stage.Supported():
		return usagef("--through: this system has no pipes that it needs")
	case o.conduit.value == "range":
		return usagef("--through and --conduit=range: want one of them; the bytes leave the source file")
	case o.ignoreBackpressure:
		return usagef("--through and --ignore-backpressure: want one of them; the pipes of a command heed it")
	}
	return nil
}

// tellSaid tells a message of a stage.
func (c *copyRun) tellSaid(ctx context.Context, i int, message string) {
	c.display.PrintlnInTime(ctx, "bpcopy: "+stage.Label(c.opts.through[i])+": "+message)
}
