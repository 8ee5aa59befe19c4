//go:build unix

package cmd

import (
	"os"

	"golang.org/x/sys/unix"
)

// inForeground reports whether the terminal is this process's now. One that is
// not the terminal of the process's session has no foreground, so it is.
func inForeground(terminal *os.File) bool {
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return true
	}
	ours, err := unix.Getpgid(0)
	return err != nil || foreground == ours
}
