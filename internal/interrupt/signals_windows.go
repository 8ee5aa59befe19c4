package interrupt

import (
	"os"
	"strconv"
	"syscall"
)

// stopSignals are those that ask the program to stop.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM} }

// rareSignals are none here.
type rareSignals struct{}

func newRareSignals(chan<- os.Signal) *rareSignals { return new(rareSignals) }

func (*rareSignals) catchSoon() {}

func (*rareSignals) catch() {}

// continueSignals are none: nobody stops a process here.
func continueSignals() []os.Signal { return nil }

// statusSignals are those that ask for a line of status.
func statusSignals() []os.Signal { return nil }

// dieOf does nothing: no signal kills here.
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
