//go:build unix

package cmd

import (
	"os"
	"os/signal"
	"syscall"

	"bpcopy/internal/clock"
)

// watchStops tells the clock when the process was stopped and goes on, until the
// function it returns is called.
func watchStops(c *clock.Clock) (stop func()) {
	c.Watch()
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range continued {
			c.Continued()
		}
	}()
	return func() {
		signal.Stop(continued)
		close(continued)
		<-done
	}
}
