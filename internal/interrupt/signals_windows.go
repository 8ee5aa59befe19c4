package interrupt

import (
	"os"
	"strconv"
	"syscall"
)

// stopSignals returns the stop signals.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM} }

// rareSignals catches nothing: there are no rare signals on Windows.
type rareSignals struct{}

func newRareSignals(chan<- os.Signal) *rareSignals { return new(rareSignals) }

func (*rareSignals) catchSoon() {}

func (*rareSignals) catch() {}

// continueSignals returns none: on Windows nobody stops a process.
func continueSignals() []os.Signal { return nil }

// statusSignals returns none: Windows has no such signal.
func statusSignals() []os.Signal { return nil }

// dieOf does nothing: there are no rare signals on Windows.
func dieOf(syscall.Signal) {}

func signalName(s syscall.Signal) string {
	switch s {
	case syscall.SIGINT:
		return "SIGINT"
	case syscall.SIGTERM:
		return "SIGTERM"
	}
	return "signal " + strconv.Itoa(int(s))
}
