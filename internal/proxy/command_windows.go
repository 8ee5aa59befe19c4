package proxy

import "os"

// sentByTerminal reports whether the console sends a signal to the command, too,
// which it always does.
func sentByTerminal(os.Signal) bool { return true }

// shellStatus returns the exit status of a process.
func shellStatus(s *os.ProcessState) int { return s.ExitCode() }
