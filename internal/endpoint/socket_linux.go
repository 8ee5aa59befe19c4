package endpoint

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// dropFlag has the kernel drop what comes over TCP, rather than copy it.
const dropFlag = unix.MSG_TRUNC

// undelivered tells how many bytes, and over TCP the end, the peer's kernel has not acknowledged. A Unix socket's bytes
// are at the peer once they are written. A connection that broke meanwhile is an error; the order of the two questions
// matters, as the break may come between them.
func undelivered(conn syscall.Conn) (queued int, err error) {
	err = control(conn, func(fd int) error {
		protocol, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
		if err == nil && protocol == unix.IPPROTO_TCP {
			if queued, err = unix.IoctlGetInt(fd, unix.SIOCOUTQ); err != nil {
				queued = 0 // who does not let us ask leaves us to trust the kernel with what it took
			}
		}
		code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && code != 0 {
			err = unix.Errno(code)
		}
		return err
	})
	return queued, err
}
