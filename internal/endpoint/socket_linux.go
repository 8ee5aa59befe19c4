package endpoint

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// dropFlag makes the kernel drop bytes of a TCP connection without copying
// them.
const dropFlag = unix.MSG_TRUNC

// undelivered returns how many bytes the peer's kernel has not acknowledged;
// over TCP the end counts, too. Bytes in a Unix socket are at the peer as soon
// as they are written. A broken connection is an error. It asks for the error
// last, because the connection may break between the two questions.
func undelivered(conn syscall.Conn) (queued int, err error) {
	err = control(conn, func(fd int) error {
		protocol, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
		if err == nil && protocol == unix.IPPROTO_TCP {
			if queued, err = unix.IoctlGetInt(fd, unix.SIOCOUTQ); err != nil {
				queued = 0 // a sandbox refuses to tell: the kernel is trusted to send the bytes that it took
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
