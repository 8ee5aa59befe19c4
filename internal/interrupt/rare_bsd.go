//go:build unix && !linux

package interrupt

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// rareSignals end the program as well, but hardly ever come to one that copies: it
// cleans up first and then ends as they would have ended it.
type rareSignals struct{}

func newRareSignals(caught chan<- os.Signal) *rareSignals {
	signal.Notify(caught,
		syscall.SIGABRT, syscall.SIGALRM, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV,
		syscall.SIGSYS, syscall.SIGTRAP, syscall.SIGUSR2, syscall.SIGVTALRM, syscall.SIGXCPU)
	return new(rareSignals)
}

// catchSoon does nothing: they are caught from the start.
func (*rareSignals) catchSoon() {}

func (*rareSignals) catch() {}

// dieOf ends the program as s does, where the runtime lets it.
func dieOf(s syscall.Signal) {
	signal.Reset(s)
	if syscall.Kill(os.Getpid(), s) == nil {
		time.Sleep(GraceAtOnce)
	}
}
