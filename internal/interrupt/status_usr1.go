//go:build unix && !(darwin || dragonfly || freebsd || netbsd || openbsd)

package interrupt

import (
	"os"
	"syscall"
)

// statusSignals are those that ask for a line of status. There is no SIGINFO
// here, nor a key that sends it.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1} }
