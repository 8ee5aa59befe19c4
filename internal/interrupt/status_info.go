//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package interrupt

import (
	"os"
	"syscall"
)

// statusSignals returns the status signals. Ctrl-T sends SIGINFO.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1, syscall.SIGINFO} }
