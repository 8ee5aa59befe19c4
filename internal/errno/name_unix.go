//go:build unix

package errno

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// NameOf returns the name of the system's error in err, or "". It knows all of
// the system's errors, and so more than Named.
func NameOf(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return unix.ErrnoName(errno)
	}
	return ""
}
