//go:build unix

package interrupt

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// stopSignals returns the stop signals. After one of them the program ends by
// itself, with a status that tells the signal.
func stopSignals() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP}
}

// continueSignals returns the continue signals.
func continueSignals() []os.Signal { return []os.Signal{syscall.SIGCONT} }

func signalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return "signal " + strconv.Itoa(int(s))
}
