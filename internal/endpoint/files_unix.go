//go:build unix

package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	openNoCTTY   = unix.O_NOCTTY // or a terminal might become the controlling one
	openNonBlock = unix.O_NONBLOCK
)

// accessTime returns when the file was last read.
func accessTime(file *os.File, info fs.FileInfo) time.Time {
	accessed := info.ModTime()
	control(file, func(fd int) error {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		accessed = time.Unix(st.Atim.Unix())
		return nil
	})
	return accessed
}

// isAppending reports whether file was opened for appending, here or by another
// process.
func isAppending(file *os.File) (yes bool) {
	control(file, func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		yes = err == nil && flags&unix.O_APPEND != 0
		return err
	})
	return yes
}

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
