//go:build !linux

package transfer

func newSleeper() sleeper { return newTimed() }
