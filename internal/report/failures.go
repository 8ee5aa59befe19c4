package report

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/inert"
)

// DestinationsComplete is told where only a report has failed.
const DestinationsComplete = "the destinations are complete"

// Failure is an error with the status that it alone gives a run. Whoever knows what
// happened says so: nobody finds out from what an error wraps.
type Failure struct {
	Status Status
	Err    error
}

// Error is the error's text.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the error.
func (f *Failure) Unwrap() error { return f.Err }

// ExitStatus returns the status.
func (f *Failure) ExitStatus() Status { return f.Status }

// StatusOf is what err itself says that it is, in a method ExitStatus, or else
// [Failed].
func StatusOf(err error) Status {
	switch e := err.(type) {
	case nil:
		return OK
	case interface{ ExitStatus() Status }:
		return e.ExitStatus()
	}
	return Failed
}

// FileError is err with what was tried on which file, which it names once. What says
// itself how the run ends stays as it is.
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

// Failures are what went wrong in a run, in the order in which it is told. The zero
// value has none.
type Failures struct{ all []error }

// Of is the failures in err.
func Of(err error) *Failures {
	var f Failures
	f.Add(err)
	return &f
}

// Add notes err, or each of those joined in it.
func (f *Failures) Add(err error) { f.AddEach(err, func(err error) error { return err }) }

// AddEach notes what is made of err, or of each of those joined in it.
func (f *Failures) AddEach(err error, made func(error) error) {
	switch e := err.(type) {
	case nil:
	case *Failures:
		f.all = append(f.all, e.all...)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			f.AddEach(err, made)
		}
	default:
		f.all = append(f.all, made(err))
	}
}

// AddUnmet notes the conditions that do not hold.
func (f *Failures) AddUnmet(unmet []string) {
	for _, text := range unmet {
		f.all = append(f.all, unexpected(text))
	}
}

// unexpected is a condition that does not hold.
type unexpected string

// Error says which.
func (u unexpected) Error() string { return string(u) }

// ExitStatus is that of a run that did all it was to do.
func (unexpected) ExitStatus() Status { return Unexpected }

// Err is f as an error, or nil where nothing went wrong.
func (f *Failures) Err() error {
	if f.all == nil {
		return nil
	}
	return f
}

// Unwrap returns them.
func (f *Failures) Unwrap() []error { return f.all }

// ExitStatus is that of the failure which says most about how the run ended: the
// first that a signal has, or the last of the list.
func (f *Failures) ExitStatus() Status {
	said := OK
	for _, err := range f.all {
		status := StatusOf(err)
		if status.Interrupted() {
			return status
		}
		order := []Status{OK, Unexpected, Failed, ConsumerGone, Timeout, Usage}
		if slices.Index(order, status) > slices.Index(order, said) {
			said = status
		}
	}
	return said
}

// Messages are what there is to say, one for each. Line ends within one come from
// outside, and in a mistake on the command line so may any length of it.
func (f *Failures) Messages() []string {
	usage := f.ExitStatus() == Usage
	var all []string
	for _, err := range f.all {
		message := err.Error()
		if usage {
			message = inert.Brief(message)
		}
		all = append(all, message)
	}
	return all
}

// Hints are what may help, from them and the errors that they wrap.
func (f *Failures) Hints() []string {
	var all []string
	for _, err := range f.all {
		for err != nil {
			if h, ok := err.(interface{ Hint() string }); ok && h.Hint() != "" {
				all = append(all, h.Hint())
			}
			wrapping, ok := err.(interface{ Unwrap() error })
			if !ok {
				break
			}
			err = wrapping.Unwrap()
		}
	}
	return all
}

// Error is all messages.
func (f *Failures) Error() string { return strings.Join(f.Messages(), "\n") }
