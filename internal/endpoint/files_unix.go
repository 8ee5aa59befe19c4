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
	openNoCTTY   = unix.O_NOCTTY // or a terminal might become the one that can interrupt us
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

// giveTo makes the owner of the file info describes the owner of file, or at least its group, as far as we may.
func giveTo(file *os.File, info fs.FileInfo) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok && file.Chown(int(st.Uid), int(st.Gid)) != nil {
		file.Chown(-1, int(st.Gid))
	}
}

func sameOwner(a, b fs.FileInfo) bool {
	x, ok := a.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	y, ok := b.Sys().(*syscall.Stat_t)
	return ok && x.Uid == y.Uid && x.Gid == y.Gid
}

// syncDir puts the names in a directory on disk.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// isAppending tells whether file was opened for appending, perhaps by somebody else.
func isAppending(file *os.File) (yes bool) {
	control(file, func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		yes = err == nil && flags&unix.O_APPEND != 0
		return err
	})
	return yes
}

// linkNew renames from to a name that must not exist, with link(2), which refuses to replace.
func linkNew(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	return os.Remove(from)
}

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
