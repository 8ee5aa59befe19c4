package report

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"bpcopy/internal/endpoint"
)

// DestinationsComplete ends the message of a failure that concerns only a
// report.
const DestinationsComplete = "the destinations are complete"

// Failure is an error with the status that it gives a run. The status is set
// where the error is understood. It is never derived from what an error wraps.
type Failure struct {
	Status Status
	Err    error
}

// Error returns the text of the error.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the error.
func (f *Failure) Unwrap() error { return f.Err }

// ExitStatus returns the status.
func (f *Failure) ExitStatus() Status { return f.Status }

// FileError returns err with the operation and the path in front: "open
// report". A path in err itself is removed, so that the message has it once. An
// EPIPE gets the status [ConsumerGone]. If err is nil or has a status,
// FileError returns it as it is.
func FileError(op, path string, err error) error {
	switch err.(type) {
	case nil, interface{ ExitStatus() Status }:
		return err
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	status := Failed
	if errors.Is(err, syscall.EPIPE) {
		status, err = ConsumerGone, endpoint.ErrConsumerGone
	}
	return &Failure{status, fmt.Errorf("%s %q: %w", op, path, err)}
}
