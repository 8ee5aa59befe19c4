//go:build unix

package cmd

import (
	"os"

	"golang.org/x/sys/unix"
)

// inForeground reports whether the terminal is this process's now. One that is
// not the terminal of the process's session has no foreground, so it is.
func inForeground(terminal *os.File) bool {
	group, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp()
}
