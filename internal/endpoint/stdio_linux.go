package endpoint

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// pipeBuf is PIPE_BUF of pipe(7).
const pipeBuf = 4096

// reopen opens what file has open once more, non-blocking. It fails where the permissions have changed since, and for
// the master side of a terminal, where it would make a new terminal.
func reopen(file *os.File, flag int) (own *os.File, err error) {
	err = control(file, func(fd int) error {
		access, err := accessMode(fd)
		if err != nil {
			return err
		}
		if access != flag && access != os.O_RDWR {
			return unix.EBADF // a second description must not do what the first cannot
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		if st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == unix.Mkdev(5, 2) { // /dev/ptmx
			return unix.ENOTTY
		}
		own, err = os.OpenFile("/proc/self/fd/"+strconv.Itoa(fd), flag|openNoCTTY|openNonBlock, 0)
		return err
	})
	return own, err
}

func accessMode(fd int) (int, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return flags & unix.O_ACCMODE, err
}

// isClosedStdout tells whether file stands for a standard output that the shell has closed (">&-"). Go's runtime then
// opens the null device for reading and writing in its place, before main, and what is written there would vanish with
// success. A daemon that has all three descriptors there did that itself and means it.
func isClosedStdout(file *os.File) (closed bool) {
	control(file, func(fd int) error {
		closed = fd == 1 && isRuntimeNull(1) && !(isRuntimeNull(0) && isRuntimeNull(2))
		return nil
	})
	return closed
}

func isRuntimeNull(fd int) bool {
	var st unix.Stat_t
	access, err := accessMode(fd)
	return err == nil && access == os.O_RDWR && unix.Fstat(fd, &st) == nil &&
		st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == unix.Mkdev(1, 3)
}

// onPseudoFileSystem is true where the kernel makes up the contents as they are read, so that a size means nothing.
func onPseudoFileSystem(file *os.File) (yes bool) {
	control(file, func(fd int) error {
		var fs unix.Statfs_t
		if err := unix.Fstatfs(fd, &fs); err != nil {
			return err
		}
		switch uint32(fs.Type) {
		case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
			unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC:
			yes = true
		}
		return nil
	})
	return yes
}
