//go:build unix && !linux

package cmd

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// killSignals are those that end the program although it catches them: after it
// has cleaned up, it ends as they would have ended it.
func killSignals() []os.Signal {
	return []os.Signal{
		syscall.SIGABRT, syscall.SIGALRM, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV,
		syscall.SIGSYS, syscall.SIGTRAP, syscall.SIGUSR2, syscall.SIGVTALRM, syscall.SIGXCPU,
	}
}

func catchLate(chan<- os.Signal) {}

// statusSignals are those that ask for a line of status.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1, syscall.SIGINFO} }

// dieOf ends the program as s does, where the runtime lets it.
func dieOf(s syscall.Signal) {
	signal.Reset(s)
	if syscall.Kill(os.Getpid(), s) == nil {
		time.Sleep(graceAtOnce)
	}
}
