//go:build unix && !linux

package interrupt

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// rareSignals catches the rare signals, from the start. When one comes, the
// program cleans up, and then the signal kills it after all.
type rareSignals struct{}

func newRareSignals(caught chan<- os.Signal) *rareSignals {
	signal.Notify(caught,
		syscall.SIGABRT, syscall.SIGALRM, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV,
		syscall.SIGSYS, syscall.SIGTRAP, syscall.SIGUSR2, syscall.SIGVTALRM, syscall.SIGXCPU)
	return new(rareSignals)
}

// catchSoon does nothing: the signals are caught from the start.
func (*rareSignals) catchSoon() {}

// catch does nothing, for the same reason.
func (*rareSignals) catch() {}

// dieOf kills the program by s, as far as the runtime lets it.
func dieOf(s syscall.Signal) {
	signal.Reset(s)
	if syscall.Kill(os.Getpid(), s) == nil {
		time.Sleep(GraceAtOnce)
	}
}
