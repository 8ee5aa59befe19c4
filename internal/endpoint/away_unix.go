//go:build unix

package endpoint

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Away returns the error of a write if nobody is left to take it: the reader of
// a pipe has closed it, the peer of a socket has gone or broken the connection,
// or a terminal has hung up. It returns nil if somebody is there, or if it
// cannot know. A peer that has only ended its own direction is still there.
// Away never waits, and any goroutine may call it.
func (d *Dest) Away() error {
	if d.kind == KindRegular || d.kind == KindBlockDevice {
		return nil
	}
	s, err := d.opened()
	if err != nil {
		return nil
	}
	var conn syscall.Conn
	switch s := s.(type) {
	case *polledFile:
		conn = s.file
	case syscall.Conn:
		conn = s
	default:
		return nil
	}
	var met syscall.Errno
	control(conn, func(fd int) error {
		met = away(fd, d.kind)
		return nil
	})
	switch o, ok := s.(*outgoing); {
	case met == 0:
		return nil
	case ok && met == unix.EPIPE && o.isTCP() && o.hearing.Load():
		<-o.ended // closed at once: reading fails on a broken connection
		if o.broken != nil {
			return d.WriteError(o.broken)
		}
	}
	return d.WriteError(met)
}

// away returns the error of a write to fd if nobody is there to take it, or
// else 0.
func away(fd int, kind Kind) syscall.Errno {
	fds := []unix.PollFd{{Fd: int32(fd)}}
	if n, err := unix.Poll(fds, 0); n < 1 || err != nil {
		return 0
	}
	met := fds[0].Revents & (unix.POLLERR | unix.POLLHUP)
	switch {
	case met == 0:
	case kind == KindPipe:
		return unix.EPIPE
	case kind == KindSocket:
		if code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR); err == nil && code != 0 {
			return unix.Errno(code)
		}
		return unix.EPIPE
	case met&unix.POLLERR != 0: // not POLLHUP: a terminal's master hangs up and still takes bytes
		return unix.EIO
	}
	return 0
}
