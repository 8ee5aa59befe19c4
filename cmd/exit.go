package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"syscall"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/scenario"
	"bpcopy/internal/transfer"
)

// The exit statuses. A signal's is 128 and its number.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 2
	exitExpectation  = 3
	exitTimeout      = 4
	exitSignal       = 128
	exitConsumerGone = exitSignal + int(syscall.SIGPIPE)
)

// exitHelp is shown by --help.
const exitHelp = `Exit status:
  0    every byte is at every destination
  1    failed: the message names the side, the operand and the cause
  2    usage
  3    an expectation does not hold
  4    a timeout passed
  130  interrupted (SIGINT); 143 terminated (SIGTERM); 129 hung up (SIGHUP)
  141  the consumer went away (EPIPE on a pipe or standard output)`

// usageError is a mistake on the command line.
type usageError struct {
	text string
	hint string
}

func (e *usageError) Error() string { return e.text }

// Hint says what may help.
func (e *usageError) Hint() string { return e.hint }

func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...), hint: "bpcopy --help"}
}

// signalError is the end of a run that somebody asked for.
type signalError struct{ signal syscall.Signal }

func (e *signalError) Error() string { return "interrupted by " + signalName(e.signal) }

func signalName(s syscall.Signal) string {
	switch s {
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGTERM:
		return "SIGTERM"
	case syscall.SIGHUP:
		return "SIGHUP"
	case syscall.SIGQUIT:
		return "SIGQUIT"
	}
	return "signal " + strconv.Itoa(int(s))
}

// because replaces an error that only says that ctx has ended by the reason.
func because(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// result is how a run ended, in a word, with its exit status.
func result(err error) (word string, code int) {
	var (
		signal  *signalError
		usage   *usageError
		operand *endpoint.UsageError
		script  *scenario.Error
		peer    *endpoint.TimeoutError
		idle    *transfer.IdleError
	)
	// Only by itself: what an expectation is joined to has ended the run.
	if _, ok := err.(*expectationError); ok {
		return "expectation", exitExpectation
	}
	switch {
	case err == nil:
		return "ok", exitOK
	case errors.As(err, &signal):
		return "interrupted", exitSignal + int(signal.signal)
	case errors.As(err, &usage), errors.As(err, &operand), errors.As(err, &script):
		return "usage", exitUsage
	case errors.As(err, &peer), errors.As(err, &idle):
		return "timeout", exitTimeout
	case errors.Is(err, endpoint.ErrConsumerGone):
		return "consumer-gone", exitConsumerGone
	}
	return "error", exitFailed
}

// results are the words for how a copy itself ended.
func results() []string {
	return []string{"ok", "error", "usage", "timeout", "interrupted", "consumer-gone"}
}

func exitCode(err error) int {
	_, code := result(err)
	return code
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
