package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
)

// BetweenAttempts is the time between two attempts to connect to a service that
// is not there yet. Nobody notices a tenth of a second at the start of a
// service, and ten attempts in a second are no load.
const BetweenAttempts = 100 * time.Millisecond

// KeepTrying calls connect until it succeeds, fails for a reason that time does
// not mend, or ctx ends. If it has failed for as long as during, it is called
// for the last time.
func KeepTrying(ctx context.Context, during time.Duration, connect func() error) error {
	begun := time.Now()
	for {
		err := connect()
		if err == nil || during <= 0 || ctx.Err() != nil || !MayComeLate(err) {
			return err
		}
		left := during - time.Since(begun)
		if left <= 0 {
			return tooLate(err, during)
		}
		select {
		case <-time.After(min(left, BetweenAttempts)):
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
}

// MayComeLate reports whether a connection fails as it does while the service,
// its machine or its name is not there yet.
func MayComeLate(err error) bool {
	if unknown, ok := errors.AsType[*net.DNSError](err); ok {
		return unknown.IsNotFound || unknown.IsTemporary || unknown.IsTimeout
	}
	type timeout interface { // a *TimeoutError is no net.Error
		error
		Timeout() bool
	}
	if e, ok := errors.AsType[timeout](err); ok && e.Timeout() {
		return true
	}
	return slices.ContainsFunc(notThereYet(), func(reason error) bool { return errors.Is(err, reason) })
}

// tooLate returns the failure of the last attempt to connect, after so long.
func tooLate(err error, during time.Duration) error {
	if timeout, ok := err.(*TimeoutError); ok { // it stays one: it has an exit status of its own
		late := *timeout
		late.Tried = during
		return &late
	}
	return &lateError{err, during}
}

// lateError is the failure of the last attempt to connect, unless that is a timeout.
type lateError struct {
	err    error
	during time.Duration
}

// Error returns, for instance, "connection refused, tried for 5s".
func (e *lateError) Error() string { return cause(e.err).Error() + tried(e.during) }

// tried says for how long it was tried to connect.
func tried(during time.Duration) string { return fmt.Sprintf(", tried for %v", during) }

// Unwrap returns the failure.
func (e *lateError) Unwrap() error { return e.err }
