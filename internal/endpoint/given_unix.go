//go:build unix

package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// WasGiven tells whether descriptor fd was open when the program was started.
//
// A descriptor that lives through exec(2) is never marked close-on-exec, and all
// that we and Go's runtime open is. The exception is what the runtime opens
// before main in place of a closed descriptor 0, 1 or 2: the null device, for
// reading and writing and without the mark. What is read there would be empty
// and what is written would vanish, both with success.
//
// Whoever starts a daemon puts the null device there, too, usually as one open
// file description for several of the three, while the runtime opens each by
// itself. A single one for reading and writing cannot be told from the
// runtime's and counts as not given.
func WasGiven(fd int) bool {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return false
	}
	if fd > 2 || !isNullForBoth(fd) {
		return true
	}
	alike, told := 0, false
	for other := range 3 {
		if other == fd || !isNullForBoth(other) {
			continue
		}
		alike++
		same, known := sameDescription(fd, other)
		if same && known {
			return true
		}
		told = told || known
	}
	return alike == 2 && !told // the runtime seldom has to replace all three
}

// isClosed tells whether file is a standard stream that the program was not
// given.
func isClosed(file *os.File) (closed bool) {
	_ = control(file, func(fd int) error {
		closed = fd <= 2 && !WasGiven(fd)
		return nil
	})
	return closed
}

// isNullForBoth is true for the null device, opened for reading and writing.
func isNullForBoth(fd int) bool {
	access, err := accessMode(fd)
	if err != nil || access != os.O_RDWR {
		return false
	}
	var st, null unix.Stat_t
	return unix.Fstat(fd, &st) == nil && unix.Stat(os.DevNull, &null) == nil &&
		st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == null.Rdev
}

func accessMode(fd int) (int, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return flags & unix.O_ACCMODE, err
}
