package endpoint

import (
	"net"

	"golang.org/x/sys/unix"
)

// undelivered tells how many bytes, and over TCP the end, the peer's kernel has not acknowledged. A Unix socket's bytes
// are at the peer once they are written. A connection that broke meanwhile is an error; the order of the two questions
// matters, as the break may come between them.
func undelivered(conn socket) (queued int, err error) {
	_, isTCP := conn.socketConn.(*net.TCPConn)
	err = control(conn, func(fd int) error {
		if isTCP {
			if queued, err = unix.IoctlGetInt(fd, unix.SIOCOUTQ); err != nil {
				return err
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
