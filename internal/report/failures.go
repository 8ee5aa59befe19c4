package report

import (
	"slices"
	"strings"

	"bpcopy/internal/inert"
)

// Failures is a list of what went wrong in a run, in the order in which it is
// printed. It is an error itself. The zero value is the empty list.
type Failures struct{ all []error }

// Of returns a list with err, or with each of the errors that are joined in it.
// It is empty if err is nil.
func Of(err error) *Failures {
	var f Failures
	f.Add(err)
	return &f
}

// Add adds err, or each of the errors that are joined in it. It does nothing if
// err is nil.
func (f *Failures) Add(err error) { f.AddEach(err, func(err error) error { return err }) }

// AddEach is Add, but adds what convert returns for each error.
func (f *Failures) AddEach(err error, convert func(error) error) {
	switch e := err.(type) {
	case nil:
	case *Failures:
		f.all = append(f.all, e.all...)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			f.AddEach(err, convert)
		}
	default:
		f.all = append(f.all, convert(err))
	}
}

// AddUnmet adds the conditions that do not hold, as [Summary.Judge] returns
// them.
func (f *Failures) AddUnmet(unmet []string) {
	for _, text := range unmet {
		f.all = append(f.all, unmetCondition(text))
	}
}

// Unmet returns the conditions that do not hold, in words.
func (f *Failures) Unmet() []string {
	var all []string
	for _, err := range f.all {
		if unmet, ok := err.(unmetCondition); ok {
			all = append(all, unmet.Error())
		}
	}
	return all
}

// unmetCondition says which condition does not hold.
type unmetCondition string

// Error returns the text.
func (u unmetCondition) Error() string { return string(u) }

// ExitStatus returns [Unexpected].
func (unmetCondition) ExitStatus() Status { return Unexpected }

// Err returns f as an error, or nil if the list is empty.
func (f *Failures) Err() error {
	if f.all == nil {
		return nil
	}
	return f
}

// Unwrap returns the list.
func (f *Failures) Unwrap() []error { return f.all }

// ExitStatus returns the status of the whole run. If a signal ended it, that is
// the status of the first signal. Otherwise it is the status of the failure
// that comes last in the order below.
func (f *Failures) ExitStatus() Status {
	last := OK
	for _, err := range f.all {
		status := StatusOf(err)
		if status.Interrupted() {
			return status
		}
		order := []Status{OK, Unexpected, Failed, ConsumerGone, Timeout, Usage}
		if slices.Index(order, status) > slices.Index(order, last) {
			last = status
		}
	}
	return last
}

// Messages returns one message for each failure. A message is not inert. If the
// run ends with a usage error, a long message is cut: it may repeat any
// argument.
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

// Hints returns the hints of all failures and of the errors that they wrap, as
// their methods Hint return them.
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

// Error returns all messages, one a line.
func (f *Failures) Error() string { return strings.Join(f.Messages(), "\n") }
