package endpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A landing is where a path leads: to a file, to a free name in a folder, or to
// an open descriptor. The function land is the only rule for that. Everybody
// who has to know where bytes come from or go to asks it.
type landing struct {
	path       string      // without a symbolic link at its end; not cleaned, since ".." follows links
	info       fs.FileInfo // nil if the name is free
	descriptor int         // the descriptor that the path names, or noDescriptor
	opened     bool        // it is what a process has open or runs, whatever its name is
}

// noDescriptor is the number of no descriptor.
const noDescriptor = -1

// A danglingError is a symbolic link that leads to a free name. Like cp, bpcopy
// does not write through one: the user would not expect a file there.
type danglingError struct{ target string }

func (e *danglingError) Error() string { return "is a symbolic link to nothing" }

// advice returns the hint that goes with the error.
func (e *danglingError) advice() string {
	return fmt.Sprintf("the link leads to %q: create that, remove the link, or name another destination", e.target)
}

// errOtherFile is the error of a link in /proc whose text is not the file that
// it leads to, such as that of a deleted file.
var errOtherFile = errors.New("its name stands for another file")

// land returns where path leads. If that is a folder and base is not "", the
// landing is the name base in that folder.
func land(path, base string) (landing, error) {
	l, err := follow(path)
	if err != nil || l.descriptor != noDescriptor || l.info == nil || !l.info.IsDir() || base == "" {
		return l, err
	}
	return follow(within(path, base))
}

// within returns the path of a name in a folder. It does not use filepath.Join,
// which would remove ".." without following the link before it.
func within(folder, name string) string {
	if !os.IsPathSeparator(folder[len(folder)-1]) {
		folder += string(filepath.Separator)
	}
	return folder + name
}

// follow follows the symbolic links at the end of path.
func follow(path string) (landing, error) {
	end, descriptor, err := resolveLinks(path)
	if err != nil || descriptor != noDescriptor {
		return landing{path: end, descriptor: descriptor}, err
	}
	l := landing{path: end, descriptor: noDescriptor}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && end != path:
		return l, &danglingError{end}
	case errors.Is(err, fs.ErrNotExist) && !os.IsPathSeparator(path[len(path)-1]):
		return l, nil
	case err != nil:
		return l, err
	}
	l.info = info
	if link, err := os.Readlink(end); err == nil && leadsToOpened(end, link) {
		l.opened = true
		return l, nil
	}
	if end != path {
		if there, err := os.Stat(end); err != nil || !os.SameFile(info, there) {
			return l, errOtherFile
		}
	}
	return l, nil
}

// maxLinks is how many symbolic links Linux follows before it calls them a
// loop.
const maxLinks = 40

// resolveLinks follows the symbolic links at the end of path, up to the name of
// a descriptor of this process or to a name that is no link.
func resolveLinks(path string) (end string, descriptor int, err error) {
	for range maxLinks {
		if fd, ok := descriptorAt(path); ok {
			return path, fd, nil
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && info.Mode()&fs.ModeSymlink == 0:
			return path, noDescriptor, nil
		case err != nil: // the name may be a link
			return path, noDescriptor, err
		}
		target, err := os.Readlink(path)
		if err != nil || leadsToOpened(path, target) {
			return path, noDescriptor, err
		}
		if !filepath.IsAbs(target) {
			dir, _ := filepath.Split(path)
			target = dir + target
		}
		path = target
	}
	return path, noDescriptor, syscall.ELOOP
}

// leadsToOpened reports whether a link of /proc leads to what a process has open
// or runs, such as /proc/1/fd/1 and /proc/1/exe. What it reads as is no more than
// the name that this has, if it has any.
func leadsToOpened(link, target string) bool {
	return inPseudoFileSystem(folderOf(link)) && (filepath.IsAbs(target) || strings.Contains(target, ":["))
}

// folderOf returns the part of path before its last name, with the separator.
// It does not clean the path, because that would remove ".." without following
// the link before it.
func folderOf(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "." + string(filepath.Separator)
	}
	return dir
}

// refuseInDevices refuses to make a regular file in /dev. Who names a device
// that does not exist has mistyped it, and the file would fill the machine's
// memory.
func refuseInDevices(path string) error {
	devices, err := os.Stat("/dev")
	if err != nil {
		return nil
	}
	folder, err := realFolder(path)
	if err != nil || folder != "/dev" && !strings.HasPrefix(folder, "/dev/") || strings.HasPrefix(folder+"/", "/dev/shm/") {
		return nil
	}
	if info, err := os.Stat(folder); err != nil || !sameDevice(info, devices) {
		return nil // another file system, such as /dev/mqueue
	}
	return errNoDevice
}

// errNoDevice is the error of a device that does not exist.
var errNoDevice = fmt.Errorf("%w, and no regular file is made in /dev", syscall.ENOENT)
