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

// descriptorAt returns the descriptor that path names, without following path
// itself. Such a path is a number in /dev/fd or in /proc/self/fd, by whatever
// name. To open it would be wrong: that may truncate the file, begin at its
// start again, or need a permission that the descriptor does not need.
func descriptorAt(path string) (fd int, ok bool) {
	number, err := strconv.ParseUint(filepath.Base(path), 10, 31)
	if err != nil || filepath.Base(path) != strconv.FormatUint(number, 10) || os.IsPathSeparator(path[len(path)-1]) {
		return noDescriptor, false
	}
	folder, err := realFolder(path)
	if err != nil || !isDescriptorFolder(folder) {
		return noDescriptor, false
	}
	return int(number), true
}

// realFolder returns the folder of path, with all symbolic links followed.
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

// isDescriptorFolder reports whether folder is /dev/fd, or /proc/PID/fd, to
// which that leads on Linux, or the same of a thread: threads share
// descriptors.
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

// OpenDescriptor returns the open descriptor that path names, for writing. It
// returns false if path names none.
func OpenDescriptor(path string) (file *os.File, ok bool, err error) {
	_, fd, err := resolveLinks(path)
	if err != nil || fd == noDescriptor {
		return nil, false, nil
	}
	file, err = descriptorFile(fd, path, os.O_WRONLY)
	return file, true, err
}

// descriptorFile returns descriptor fd as a file. The flag is O_RDONLY or
// O_WRONLY. A descriptor that was not open at the start does not exist,
// although the runtime may have opened one with that number.
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
