package report

import "syscall"

// Status is how a run ended: the exit status of the program. The summary has it
// as a word, too.
type Status int

// The statuses. For a signal, it is signalled plus the number of the signal.
const (
	OK           Status = 0
	Failed       Status = 1 // any failure that has no status of its own
	Usage        Status = 2 // a mistake on the command line or in a file of the user's
	Unexpected   Status = 3 // a condition does not hold
	Timeout      Status = 4 // a peer or the next byte did not come in time
	signalled    Status = 128
	ConsumerGone        = signalled + Status(syscall.SIGPIPE) // nobody reads the destination any more
)

// BySignal returns the status of a run that the signal s ended.
func BySignal(s syscall.Signal) Status { return signalled + Status(s) }

// StatusOf returns the status of err: what its method ExitStatus returns, if it
// has one, or else [Failed]. Errors that err wraps do not count. The status of
// nil is [OK].
func StatusOf(err error) Status {
	switch e := err.(type) {
	case nil:
		return OK
	case interface{ ExitStatus() Status }:
		return e.ExitStatus()
	}
	return Failed
}

// String returns the word for the status in the summary.
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

// Interrupted reports whether a signal ended the run. SIGPIPE does not count:
// it stands for a consumer that went away.
func (s Status) Interrupted() bool { return s > signalled && s != ConsumerGone }
