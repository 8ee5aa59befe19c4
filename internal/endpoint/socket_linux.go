package endpoint

import (
	"net"

	"golang.org/x/sys/unix"
)

// delivered tells whether the peer's kernel has acknowledged every byte and, over TCP, the end. A Unix socket's bytes are
// at the peer once they are written. A connection that broke meanwhile is an error; the order of the two questions
// matters, as the break may come between them.
func delivered(conn socket) (done bool, err error) {
	_, isTCP := conn.socketConn.(*net.TCPConn)
	err = control(conn, func(fd int) error {
		done = true
		if isTCP {
			queued, err := unix.IoctlGetInt(fd, unix.SIOCOUTQ)
			if err != nil {
				return err
			}
			done = queued == 0
		}
		code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && code != 0 {
			err = unix.Errno(code)
		}
		return err
	})
	return done, err
}
