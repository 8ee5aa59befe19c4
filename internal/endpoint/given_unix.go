//go:build unix

package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// WasGiven reports whether descriptor fd was open when the program was started.
//
// A descriptor that was open before exec(2) is not marked close-on-exec. Every
// descriptor that this program or Go's runtime opens is, with one exception:
// before main, the runtime opens the null device in place of a closed
// descriptor 0, 1 or 2, for reading and writing and without the mark. Reading
// it would find the end and writing it would lose the bytes, both with success.
//
// Whoever starts a daemon puts the null device there, too, but usually as one
// open file description for several of the three descriptors. The runtime opens
// each of them separately. A single null device for reading and writing looks
// like the runtime's own and counts as not given.
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
	// Nothing is known of the descriptions. All three are the null device, and
	// the runtime seldom has to replace all three.
	return alike == 2 && !told
}

// isClosed reports whether file is a standard stream that was not open when the
// program was started.
func isClosed(file *os.File) (closed bool) {
	_ = control(file, func(fd int) error {
		closed = fd <= 2 && !WasGiven(fd)
		return nil
	})
	return closed
}

// isNullForBoth reports whether fd is the null device, opened for reading and
// writing.
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
