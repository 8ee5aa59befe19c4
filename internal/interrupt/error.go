package interrupt

import (
	"syscall"

	"bpcopy/internal/report"
)

// Error says that a signal has ended the run.
type Error struct {
	Signal syscall.Signal
	kills  bool // it is a rare signal, which must kill the program in the end
}

// Error returns a text with the name of the signal.
func (e *Error) Error() string { return "interrupted by " + signalName(e.Signal) }

// ExitStatus returns the status of a run that the signal has ended.
func (e *Error) ExitStatus() report.Status { return report.BySignal(e.Signal) }

// Die kills the process by the signal if that is a rare one, as the signal
// would have done at once by default. For a stop signal it returns: the exit
// status says enough.
func (e *Error) Die() {
	if e.kills {
		dieOf(e.Signal)
	}
}
