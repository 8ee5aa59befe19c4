//go:build unix && !(darwin || dragonfly || freebsd || netbsd || openbsd)

package interrupt

import (
	"os"
	"syscall"
)

// statusSignals returns the status signals. This system has no SIGINFO.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1} }
