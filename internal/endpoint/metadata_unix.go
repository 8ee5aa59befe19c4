//go:build unix

package endpoint

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownerOf returns the owner of the file that info describes.
func ownerOf(info fs.FileInfo) owner {
	st := info.Sys().(*syscall.Stat_t)
	return owner{int(st.Uid), int(st.Gid)}
}

func setOwner(file *os.File, to owner) error { return file.Chown(to.user, to.group) }

// isRoot reports whether the user is root, who may give files away.
func isRoot() bool { return os.Geteuid() == 0 }

// sameFile reports whether a and b describe the same file.
func sameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// sameDevice reports whether two files are in the same file system.
func sameDevice(a, b fs.FileInfo) bool {
	return a.Sys().(*syscall.Stat_t).Dev == b.Sys().(*syscall.Stat_t).Dev
}

// flush returns the error that closing file would return, and leaves file open.
// Some file systems report only at a close that the bytes did not fit.
func flush(file *os.File) error {
	return control(file, func(fd int) error {
		second, err := duplicate(fd)
		if err != nil {
			return err
		}
		return unix.Close(second)
	})
}
