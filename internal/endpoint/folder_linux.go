package endpoint

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	openSearched    = unix.O_PATH
	effectiveAccess = unix.AT_EACCESS
)

// createUnnamed makes a file without a name. Nothing is left of it when no
// process has it open any more. Some file systems have no such files.
func (f *folder) createUnnamed(perm os.FileMode) (*os.File, error) {
	file, err := f.open(".", unix.O_TMPFILE|unix.O_RDWR, perm)
	if err != nil {
		return nil, err
	}
	// Only through /proc can an ordinary user give it a name.
	if err := unix.Access(ownDescriptor(file), unix.F_OK); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func ownDescriptor(file *os.File) (path string) {
	_ = control(file, func(fd int) error {
		path = "/proc/self/fd/" + strconv.Itoa(fd)
		return nil
	})
	return path
}

// give gives a file without a name one that is free.
func (f *folder) give(file *os.File, name string) error {
	return unix.Linkat(unix.AT_FDCWD, ownDescriptor(file), f.fd, name, unix.AT_SYMLINK_FOLLOW)
}

// link gives a file a second name, which must be free.
func (f *folder) link(old, name string) error { return unix.Linkat(f.fd, old, f.fd, name, 0) }

// exchange swaps the names of two files. Not every file system can do that.
func (f *folder) exchange(a, b string) error {
	return unix.Renameat2(f.fd, a, f.fd, b, unix.RENAME_EXCHANGE)
}

// isFolder reports whether a folder has that name.
func (f *folder) isFolder(name string) bool {
	var st unix.Stat_t
	return unix.Fstatat(f.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR
}

// renameFree renames to a name that must be free. Not every file system can do
// that.
func (f *folder) renameFree(from, to string) error {
	return unix.Renameat2(f.fd, from, f.fd, to, unix.RENAME_NOREPLACE)
}
