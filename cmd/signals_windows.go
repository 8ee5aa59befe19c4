package cmd

import (
	"os"
	"strconv"
	"syscall"
)

// stopSignals are those that ask the program to stop.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM} }

// killSignals are those that end the program although it catches them.
func killSignals() []os.Signal { return nil }

func catchLate(chan<- os.Signal) {}

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
