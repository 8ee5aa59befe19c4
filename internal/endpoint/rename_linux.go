package endpoint

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew renames from to a name that must not exist.
func renameNew(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) { // as on NFS
		err = linkNew(from, to)
	}
	return err
}
