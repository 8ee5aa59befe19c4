//go:build unix

package cmd

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals are those that ask the program to stop. One who started it with
// nohup has SIGHUP ignored, and wants it so.
func stopSignals() []os.Signal {
	stop := []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		stop = append(stop, syscall.SIGHUP)
	}
	return stop
}
