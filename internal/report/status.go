package report

import "syscall"

// Status is how a run ended: the exit status of the program, which the summary
// tells as a word, too.
type Status int

// The statuses. That of a signal is more than signalled by the signal's number.
const (
	OK           Status = 0
	Failed       Status = 1
	Usage        Status = 2
	Unexpected   Status = 3 // an expectation does not hold
	Timeout      Status = 4
	signalled    Status = 128
	ConsumerGone        = signalled + Status(syscall.SIGPIPE) // no other signal than this is it
)

// BySignal is the status of a run that a signal ended.
func BySignal(s syscall.Signal) Status { return signalled + Status(s) }

// String is the word for it.
func (s Status) String() string {
	switch s {
	case OK:
		return "ok"
	case Usage:
		return "usage"
	case Unexpected:
		return "expectation"
	case Timeout:
		return "timeout"
	case ConsumerGone:
		return "consumer-gone"
	}
	if s.Interrupted() {
		return "interrupted"
	}
	return "error"
}

// Interrupted reports whether a signal ended the run.
func (s Status) Interrupted() bool { return s > signalled && s != ConsumerGone }
