//go:build unix

package interrupt

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// stopSignals are those that ask the program to stop. It then ends by itself,
// with a status that names the signal.
func stopSignals() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP}
}

// continueSignals say that the program was stopped and goes on.
func continueSignals() []os.Signal { return []os.Signal{syscall.SIGCONT} }

func signalName(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return "signal " + strconv.Itoa(int(s))
}
