//go:build unix

package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// A folder is held open. So a name stays in this folder even if the folder is
// moved, and no path becomes longer than the system allows.
type folder struct {
	fd   int
	path string // as it was when the folder was opened
}

// openFolder opens the folder of path. A folder that is to be synced must be
// readable. For the others the right to search is enough.
func openFolder(path string, access folderAccess) (*folder, error) {
	how := openSearched
	if access == toSync {
		how = unix.O_RDONLY
	}
	for {
		fd, err := unix.Open(folderOf(path), how|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		switch err {
		case nil:
			return &folder{fd, folderOf(path)}, nil
		case unix.EINTR:
		default:
			return nil, err
		}
	}
}

func (f *folder) close() error { return unix.Close(f.fd) }

// create makes a new file, for reading and writing.
func (f *folder) create(name string, perm os.FileMode) (*os.File, error) {
	return f.open(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, perm)
}

// open opens a file in the folder.
func (f *folder) open(name string, flags int, perm os.FileMode) (*os.File, error) {
	for {
		fd, err := unix.Openat(f.fd, name, flags|unix.O_CLOEXEC, uint32(perm.Perm()))
		switch err {
		case nil:
			return os.NewFile(uintptr(fd), name), nil
		case unix.EINTR:
		default:
			return nil, err
		}
	}
}

func (f *folder) rename(from, to string) error { return unix.Renameat(f.fd, from, f.fd, to) }

func (f *folder) remove(name string) error { return unix.Unlinkat(f.fd, name, 0) }

// mayWrite returns nil if the user may write to the file of that name. It does
// not open the file. To open a file of an overlay's lower layer for writing
// would copy it, and a program that runs cannot be opened for writing.
func (f *folder) mayWrite(name string) error {
	return unix.Faccessat(f.fd, name, unix.W_OK, effectiveAccess)
}

// sync puts the names in the folder on disk.
func (f *folder) sync() error {
	for {
		if err := unix.Fsync(f.fd); err != unix.EINTR {
			return err
		}
	}
}
