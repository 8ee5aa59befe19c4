package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/inert"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
	"bpcopy/internal/transfer"
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

// Hint says what may help.
func (e *usageError) Hint() string { return e.hint }

func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// signalError is the end of a run that somebody asked for.
type signalError struct {
	signal syscall.Signal
	kills  bool // the program ends as if it had not caught the signal
}

func (e *signalError) Error() string { return "interrupted by " + signalName(e.signal) }

// ExitStatus is that of a run that it has ended.
func (e *signalError) ExitStatus() report.Status { return report.Interrupted(e.signal) }

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
		a.undoNow()
		*err = &internalError{cause}
	}
}

// failure is an error of which only the text counts.
type failure struct{ err error }

func (e *failure) Error() string { return e.err.Error() }

func (e *failure) messages() []string { return messages(e.err) }

// messages are what there is to say about an error: one for each of those joined.
// Line ends within one come from outside.
func messages(err error) []string {
	var all []string
	switch e := err.(type) {
	case nil:
		return nil
	case interface{ messages() []string }:
		all = slices.Clone(e.messages())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, messages(err)...)
		}
	default:
		all = []string{err.Error()}
	}
	if result(err) == report.Usage {
		for i := range all {
			all[i] = inert.Brief(all[i])
		}
	}
	return all
}

// because replaces an error that only says that ctx has ended by the reason.
func because(ctx context.Context, err error) error {
	if (errors.Is(err, context.Canceled) || errors.Is(err, errStuck)) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// ExitStatus is that of a run that was asked for in a wrong way.
func (e *usageError) ExitStatus() report.Status { return report.Usage }

// result is how a run ended.
func result(err error) report.Status {
	var (
		signal  *signalError
		usage   *usageError
		operand *endpoint.UsageError
		script  *scenario.Error
		peer    *endpoint.TimeoutError
		idle    *transfer.IdleError
	)
	if failures, ok := err.(*report.Failures); ok {
		return failures.ExitStatus()
	}
	// Only by itself: what an expectation is joined to has ended the run.
	if _, ok := err.(*expectationError); ok {
		return report.Unexpected
	}
	switch {
	case err == nil:
		return report.OK
	case errors.As(err, &signal):
		return report.Interrupted(signal.signal)
	case errors.As(err, &usage), errors.As(err, &operand), errors.As(err, &script):
		return report.Usage
	case errors.As(err, &peer), errors.As(err, &idle):
		return report.Timeout
	case errors.Is(err, endpoint.ErrConsumerGone):
		return report.ConsumerGone
	}
	if failure, ok := err.(*report.Failure); ok {
		return failure.Status
	}
	return report.Failed
}

// hints collects what may help from an error and those that it wraps or joins.
func hints(err error) []string {
	var all []string
	if h, ok := err.(interface{ Hint() string }); ok && h.Hint() != "" {
		all = append(all, h.Hint())
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		all = append(all, hints(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, hints(err)...)
		}
	}
	return all
}
