package endpoint

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// A folder is its path here: names cannot be relative to an open folder.
type folder struct{ path string }

func openFolder(path string, _ folderAccess) (*folder, error) {
	path = folderOf(path)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return &folder{path}, nil
}

func (f *folder) close() error { return nil }

// create makes a new file, for reading and writing.
func (f *folder) create(name string, perm os.FileMode) (*os.File, error) {
	return os.OpenFile(f.path+name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
}

func (f *folder) rename(from, to string) error { return os.Rename(f.path+from, f.path+to) }

func (f *folder) remove(name string) error { return os.Remove(f.path + name) }

// mayWrite returns nil if the user may write to the file of that name.
func (f *folder) mayWrite(name string) error {
	file, err := os.OpenFile(f.path+name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// sync does nothing: NTFS journals its names.
func (f *folder) sync() error { return nil }

// createUnnamed fails: every file has a name here.
func (f *folder) createUnnamed(os.FileMode) (*os.File, error) { return nil, errors.ErrUnsupported }

func (f *folder) give(*os.File, string) error { return errors.ErrUnsupported }

// link gives a file a second name, which must be free.
func (f *folder) link(old, name string) error { return os.Link(f.path+old, f.path+name) }

func (f *folder) exchange(string, string) error { return errors.ErrUnsupported }

func (f *folder) isFolder(string) bool { return false }

// renameFree renames to a name that must be free.
func (f *folder) renameFree(from, to string) error {
	old, err := windows.UTF16PtrFromString(f.path + from)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(f.path + to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(old, name, 0)
}
