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

// A landing is where a path leads: to what is there, to a free name in a folder,
// or to an open descriptor. Whoever has to know where bytes come from or go to
// asks land, so that there is one rule for it.
type landing struct {
	path       string      // no symbolic link at its end; not cleaned, since ".." follows links
	info       fs.FileInfo // nil where the name is free
	descriptor int         // that the path names, or noDescriptor
}

// noDescriptor is no descriptor's number.
const noDescriptor = -1

// A danglingError is a symbolic link that leads to a free name. cp does not write
// through one, and neither does anything here: what comes to be there would be a
// surprise.
type danglingError struct{ target string }

func (e *danglingError) Error() string { return "is a symbolic link to nothing" }

// advice says what may help.
func (e *danglingError) advice() string {
	return fmt.Sprintf("the link leads to %q: create that, remove the link, or name another destination", e.target)
}

// errOtherFile is a name in /proc that leads elsewhere than it says, such as that
// of a deleted file.
var errOtherFile = errors.New("its name stands for another file")

// land finds out where path leads. If that is a folder and base is not empty, it
// is the file of that name within.
func land(path, base string) (landing, error) {
	l, err := follow(path)
	if err != nil || l.descriptor != noDescriptor || l.info == nil || !l.info.IsDir() || base == "" {
		return l, err
	}
	return follow(within(path, base))
}

// within is the path of a name in a folder. It is not joined: that would take ".."
// for the parent of the name and not of the folder.
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
		return landing{end, nil, descriptor}, err
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
	if end != path {
		if there, err := os.Stat(end); err != nil || !os.SameFile(info, there) {
			return l, errOtherFile
		}
	}
	return l, nil
}

// maxLinks is how many symbolic links Linux follows before it calls them a loop.
const maxLinks = 40

// resolveLinks follows the symbolic links at the end of path by their names, up to
// a descriptor of ours or to what is no link.
func resolveLinks(path string) (end string, descriptor int, err error) {
	for range maxLinks {
		if fd, ok := descriptorAt(path); ok {
			return path, fd, nil
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && info.Mode()&fs.ModeSymlink == 0:
			return path, noDescriptor, nil
		case err != nil: // it may be a link
			return path, noDescriptor, err
		}
		target, err := os.Readlink(path)
		if err != nil {
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

// folderOf is what comes before the last name of path, ready to put another name
// there. It does not clean the path, which would resolve ".." without looking at
// symbolic links.
func folderOf(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "." + string(filepath.Separator)
	}
	return dir
}

// refuseInDevices refuses to make a regular file among the devices: whoever names one
// that is not there has mistyped it, and would fill the memory of the machine.
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
		return nil // such as /dev/mqueue, which is something else
	}
	return errNoDevice
}

// errNoDevice is the name of a device that is not there.
var errNoDevice = fmt.Errorf("%w, and no regular file is made in /dev", syscall.ENOENT)
