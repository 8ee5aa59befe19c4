package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"bpcopy/internal/outlet"
	"bpcopy/internal/report"
)

// exitHelp is shown by --help.
const exitHelp = `Exit status:
  0    every byte is at every destination
  1    failed: the message names the side, the operand and the cause
  2    usage
  3    an expectation does not hold
  4    a timeout passed
  130  interrupted (SIGINT); 143 terminated (SIGTERM); 129 hung up (SIGHUP);
       131 quit (SIGQUIT)
  141  the consumer went away (EPIPE on a pipe or standard output)`

// usageError is a mistake on the command line.
type usageError struct {
	text string
	hint string // set by execute, which knows the command
}

func (e *usageError) Error() string { return e.text }

// ExitStatus is that of a run that was asked for in a wrong way.
func (e *usageError) ExitStatus() report.Status { return report.Usage }

// Hint says what may help.
func (e *usageError) Hint() string { return e.hint }

func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// misused says that err is a mistake in what the run was given.
func misused(err error) error { return &report.Failure{Status: report.Usage, Err: err} }

// internalError is a broken invariant.
type internalError struct{ cause any }

func (e *internalError) Error() string {
	text := fmt.Sprint(e.cause)
	if _, found, ok := strings.Cut(text, "internal error: "); ok { // whoever panics on purpose says so
		text = found
	}
	return "internal error: " + text
}

// recoverInto makes a panic an error, for one who defers it. The stack is for
// those who ask for it.
func (a *app) recoverInto(err *error) {
	if cause := recover(); cause != nil {
		if a.Getenv("GOTRACEBACK") != "" {
			panic(cause)
		}
		a.run.UndoNow()
		*err = &internalError{cause}
	}
}

// because replaces an error that only says that ctx has ended by the reason.
func because(ctx context.Context, err error) error {
	if (errors.Is(err, context.Canceled) || errors.Is(err, outlet.ErrStuck)) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
