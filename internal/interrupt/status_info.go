//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package interrupt

import (
	"os"
	"syscall"
)

// statusSignals are those that ask for a line of status.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1, syscall.SIGINFO} }
