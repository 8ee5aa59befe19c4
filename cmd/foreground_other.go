//go:build !unix

package cmd

import "os"

// inForeground reports whether the terminal is this process's now. Without job
// control it is.
func inForeground(*os.File) bool { return true }
