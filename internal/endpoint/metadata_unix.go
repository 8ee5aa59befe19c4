//go:build unix

package endpoint

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownerOf is whom the file belongs to that info describes.
func ownerOf(info fs.FileInfo) owner {
	st := info.Sys().(*syscall.Stat_t)
	return owner{int(st.Uid), int(st.Gid)}
}

func setOwner(file *os.File, to owner) error { return file.Chown(to.user, to.group) }

// isRoot reports whether we may give files away, as far as that goes by who we are.
func isRoot() bool { return os.Geteuid() == 0 }

// sameFile reports whether two files are one.
func sameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// sameDevice reports whether two files are in the same file system.
func sameDevice(a, b fs.FileInfo) bool {
	return a.Sys().(*syscall.Stat_t).Dev == b.Sys().(*syscall.Stat_t).Dev
}

// flush asks whether all that was written to file has been taken: some file systems
// say only when a descriptor is closed that the bytes did not fit.
func flush(file *os.File) error {
	return control(file, func(fd int) error {
		second, err := duplicate(fd)
		if err != nil {
			return err
		}
		return unix.Close(second)
	})
}
