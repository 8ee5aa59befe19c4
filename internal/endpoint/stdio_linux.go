package endpoint

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// pipeBuf is PIPE_BUF of pipe(7).
const pipeBuf = 4096

// reopen opens the same file again, non-blocking and with its own open file
// description. It fails if the permissions have changed since. It fails for the
// master of a terminal, too, because that would make a new terminal.
func reopen(file *os.File, flag int) (own *os.File, err error) {
	err = control(file, func(fd int) error {
		access, err := accessMode(fd)
		if err != nil {
			return err
		}
		if access != flag && access != os.O_RDWR {
			return unix.EBADF // the new description must not allow more than the old one
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		if st.Mode&unix.S_IFMT == unix.S_IFCHR && uint64(st.Rdev) == unix.Mkdev(5, 2) { // /dev/ptmx; Rdev has 32 bits on mips
			return unix.ENOTTY
		}
		own, err = os.OpenFile("/proc/self/fd/"+strconv.Itoa(fd), flag|openNoCTTY|openNonBlock, 0)
		return err
	})
	return own, err
}
