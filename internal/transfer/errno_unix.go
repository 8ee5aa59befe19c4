//go:build unix

package transfer

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

func errnoCode(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return unix.ErrnoName(errno)
	}
	return ""
}
