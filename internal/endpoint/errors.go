package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strconv"
	"time"

	"bpcopy/internal/side"
)

// ErrConsumerGone is the cause of an [Error] if the reader of a pipe or of
// standard output has gone away.
var ErrConsumerGone = errors.New("the consumer went away")

// Error is a failed operation on the source or on a destination.
type Error struct {
	Op      string // the operation that failed, such as "open" or "connect to"
	Side    side.Side
	Operand string
	Err     error // the cause, without operation and operand

	hint string
}

// Error returns, for instance, `open source "x": no such file or directory`.
func (e *Error) Error() string { return fmt.Sprintf("%s %s %q: %v", e.Op, e.Side, e.Operand, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what may help, or "".
func (e *Error) Hint() string { return e.hint }

// TimeoutError says that a peer did not come within the time allowed.
type TimeoutError struct {
	Op      string
	Side    side.Side
	Operand string
	Missing string // what the operation waited for, such as "connection"
	After   time.Duration
	Tried   time.Duration // for how long it was tried again; 0 if it was not
}

// Error returns, for instance, `connect to destination "tcp://host:1": no
// connection within 2s, tried for 5s`.
func (e *TimeoutError) Error() string {
	text := fmt.Sprintf("%s %s %q: no %s within %v", e.Op, e.Side, e.Operand, e.Missing, e.After)
	if e.Tried > 0 {
		text += tried(e.Tried)
	}
	return text
}

// Timeout returns true.
func (e *TimeoutError) Timeout() bool { return true }

// UsageError says that an operand is malformed or that an option makes no sense
// for it.
type UsageError struct {
	text, hint string
}

// Error returns, for instance, `operand "tcp://x": want tcp://HOST:PORT`.
func (e *UsageError) Error() string { return e.text }

// Hint returns what may help, or "".
func (e *UsageError) Hint() string { return e.hint }

// quote quotes a name in a hint.
func quote(name string) string { return strconv.Quote(name) }

// operandError returns the usage error of a malformed operand.
func operandError(operand, text, hint string) error {
	return &UsageError{fmt.Sprintf("operand %q: %s", operand, text), hint}
}

// label names the source or a destination in errors.
type label struct {
	side    side.Side
	operand string
}

// fail returns the error of the operation op that failed with err. It returns
// nil for nil, and an error of this package unchanged. It returns a context
// error bare, without operation and operand.
func (l label) fail(op string, err error) error { return l.failHint(op, err, "") }

// failHint is fail with a hint.

func (l label) failHint(op string, err error, hint string) error {
	switch err.(type) {
	case nil, *Error, *TimeoutError, *UsageError:
		return err
	}
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, ended) {
			return ended
		}
	}
	return &Error{op, l.side, l.operand, cause(err), hint}
}

func (l label) timeout(op, missing string, after time.Duration) *TimeoutError {
	return &TimeoutError{Op: op, Side: l.side, Operand: l.operand, Missing: missing, After: after}
}

// contextError returns why ctx ended: the timeout that withTimeout set, or the
// context's own error.
func contextError(ctx context.Context) error {
	if t, ok := errors.AsType[*TimeoutError](context.Cause(ctx)); ok {
		return t
	}
	return ctx.Err()
}

// cause strips the errors of the standard library that name the operation and
// the operand again.
func cause(err error) error {
	for {
		switch e := err.(type) {
		case *fs.PathError:
			err = e.Err
		case *os.LinkError:
			err = e.Err
		case *os.SyscallError:
			err = e.Err
		case *net.OpError:
			err = e.Err
		case *url.Error:
			err = e.Err
		case *net.DNSError:
			return fmt.Errorf("looking up %q: %s", e.Name, e.Err)
		default:
			return err
		}
	}
}
