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
	hint string // if empty, execute sets it to the help of the command
}

func (e *usageError) Error() string { return e.text }

// ExitStatus returns [report.Usage].
func (e *usageError) ExitStatus() report.Status { return report.Usage }

// Hint returns what may help; see [report.Failures.Hints].
func (e *usageError) Hint() string { return e.hint }

// usagef returns a *usageError.
func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// usageAbout returns err, a mistake in what comes after the words of before, as
// a *usageError with the hints that err has.
func usageAbout(before string, err error) error {
	return &usageError{text: before + " " + err.Error(), hint: strings.Join(report.Of(err).Hints(), "; ")}
}

// withUsageStatus returns err, a mistake in a file of the user's, with the
// status of a usage error.
func withUsageStatus(err error) error { return &report.Failure{Status: report.Usage, Err: err} }

// internalError is a panic.
type internalError struct{ cause any }

func (e *internalError) Error() string {
	text := fmt.Sprint(e.cause)
	if _, found, ok := strings.Cut(text, "internal error: "); ok { // our own panics have a prefix
		text = found
	}
	return "internal error: " + text
}

// recoverInto, when it is deferred, turns a panic into an error and undoes the
// run. With GOTRACEBACK set it panics on, and the stack is printed.
func (a *app) recoverInto(err *error) {
	if cause := recover(); cause != nil {
		if a.Getenv("GOTRACEBACK") != "" {
			panic(cause)
		}
		a.run.UndoNow()
		*err = &internalError{cause}
	}
}

// withCause returns the cause of ctx instead of an error that only says that
// ctx has ended.
func withCause(ctx context.Context, err error) error {
	if (errors.Is(err, context.Canceled) || errors.Is(err, outlet.ErrStuck)) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
