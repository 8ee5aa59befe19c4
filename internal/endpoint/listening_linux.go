package endpoint

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Detach returns a descriptor of the listener, which the caller closes. The
// runtime waits for connections no more, and Accept fails. Close only removes
// the file of a Unix socket.
func (l *Listening) Detach() (fd int, err error) {
	err = control(l.listener.(syscall.Conn), func(open int) error {
		fd, err = unix.FcntlInt(uintptr(open), unix.F_DUPFD_CLOEXEC, 0)
		return os.NewSyscallError("fcntl", err)
	})
	if err != nil {
		return -1, err
	}
	if u, ok := l.listener.(*unixListener); ok {
		_ = u.UnixListener.Close() // another descriptor is open
		return fd, nil
	}
	_ = l.listener.Close() // the same
	return fd, nil
}

// EaseLoopback makes a TCP socket that is yet to connect to a loopback address
// as fast as it can be.
func EaseLoopback(fd int) {
	_ = unix.SetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION, plainControl) // a refusal costs nothing but speed
}
