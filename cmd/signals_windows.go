package cmd

import (
	"os"
	"syscall"
)

// stopSignals are those that ask the program to stop.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM} }

// statusSignals are those that ask for a line of status.
func statusSignals() []os.Signal { return nil }
