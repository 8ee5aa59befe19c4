//go:build unix

package endpoint

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// descriptorAt tells whether path, followed no further, is the name of one of our
// own descriptors: a number in /dev/fd or in /proc/self/fd, whatever they are
// called. Opening such a name would truncate what the descriptor writes to, begin
// at its start again, or ask for a permission that the descriptor does not need.
func descriptorAt(path string) (fd int, ok bool) {
	number, err := strconv.ParseUint(filepath.Base(path), 10, 31)
	if err != nil || os.IsPathSeparator(path[len(path)-1]) {
		return noDescriptor, false
	}
	folder, err := realFolder(path)
	if err != nil || !isDescriptorFolder(folder) {
		return noDescriptor, false
	}
	return int(number), true
}

// realFolder is the folder that path is in, without any symbolic link.
func realFolder(path string) (string, error) {
	folder := folderOf(path)
	if !filepath.IsAbs(folder) {
		working, err := os.Getwd()
		if err != nil {
			return "", err
		}
		folder = working + "/" + folder
	}
	return filepath.EvalSymlinks(folder)
}

// isDescriptorFolder knows /dev/fd, which on Linux leads to /proc/PID/fd. Threads
// share their descriptors.
func isDescriptorFolder(folder string) bool {
	if folder == "/dev/fd" {
		return true
	}
	own := fmt.Sprintf("/proc/%d/", os.Getpid())
	inProcess, err := filepath.Rel(own, folder)
	if err != nil {
		return false
	}
	thread, _ := filepath.Match("task/*/fd", inProcess)
	return thread || inProcess == "fd"
}

// OpenDescriptor returns the open descriptor that path names, for writing. It is false
// where path names none.
func OpenDescriptor(path string) (file *os.File, ok bool, err error) {
	_, fd, err := resolveLinks(path)
	if err != nil || fd == noDescriptor {
		return nil, false, nil
	}
	file, err = descriptorFile(fd, path, os.O_WRONLY)
	return file, true, err
}

// descriptorFile is the descriptor of that number for reading or writing, as flag
// has it: O_RDONLY or O_WRONLY. What nobody gave us is not there, although the
// runtime may have opened something by that number.
func descriptorFile(fd int, name string, flag int) (*os.File, error) {
	if !WasGiven(fd) {
		return nil, syscall.ENOENT
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		return nil, err
	}
	if access := flags & unix.O_ACCMODE; access != flag && access != os.O_RDWR {
		return nil, fmt.Errorf("descriptor %d is not open for %s", fd, map[int]string{os.O_RDONLY: "reading", os.O_WRONLY: "writing"}[flag])
	}
	switch fd {
	case 0:
		return os.Stdin, nil
	case 1:
		return os.Stdout, nil
	case 2:
		return os.Stderr, nil
	}
	return os.NewFile(uintptr(fd), name), nil
}
