package proxy

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// set sets the sizes that are wanted. They must be set before the socket
// connects or listens: the scale of a TCP window is settled with the connection.
func (b Buffers) set(fd uintptr) error {
	for _, o := range []struct {
		name         string
		option, size int
	}{{"SO_RCVBUF", windows.SO_RCVBUF, b.Receive}, {"SO_SNDBUF", windows.SO_SNDBUF, b.Send}} {
		if o.size == 0 {
			continue
		}
		if err := windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, o.option, o.size); err != nil {
			return fmt.Errorf("set %s to %d bytes: %w", o.name, o.size, err)
		}
	}
	return nil
}

// grantedTo returns the sizes that a socket has.
func grantedTo(fd uintptr) Buffers {
	receive, _ := windows.GetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, windows.SO_RCVBUF) // 0 if that is not known
	send, _ := windows.GetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, windows.SO_SNDBUF)
	return Buffers{receive, send}
}
