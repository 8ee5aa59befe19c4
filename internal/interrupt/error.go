package interrupt

import (
	"syscall"

	"bpcopy/internal/report"
)

// Error is the end of a run that somebody asked for.
type Error struct {
	Signal syscall.Signal
	kills  bool // the program ends as if it had not caught the signal
}

// Error names the signal.
func (e *Error) Error() string { return "interrupted by " + signalName(e.Signal) }

// ExitStatus is that of a run that it has ended.
func (e *Error) ExitStatus() report.Status { return report.BySignal(e.Signal) }

// Die ends the process as the signal does by default, if it is one of those that are
// only caught to clean up. Otherwise it returns: the exit status tells.
func (e *Error) Die() {
	if e.kills {
		dieOf(e.Signal)
	}
}
