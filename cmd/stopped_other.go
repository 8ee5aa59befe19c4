//go:build !unix

package cmd

import "bpcopy/internal/clock"

// watchStops does nothing: nobody stops a process here.
func watchStops(*clock.Clock) (stop func()) { return func() {} }
