package proxy

import (
	"golang.org/x/sys/unix"

	"bpcopy/internal/conduit"
	"bpcopy/internal/loop"
)

// socket is one of the two sockets of a connection.
type socket struct {
	conduit.Socket // its descriptor is negative when it is closed
	conn           *connection

	gone  error // why nothing can be written to its peer any more; nil if that is not known
	watch loop.Watch
	// reset says that the peer's side has not ended, but broken off: what is
	// left to read is not all.
	reset bool
}

// watchIn lets the loop tell of the socket.
func (s *socket) watchIn(l *loop.Loop) (err error) {
	s.watch, err = l.Add(s.FD, s)
	return err
}

// Ready implements [loop.Watcher].
func (s *socket) Ready(e loop.Events) {
	c := s.conn
	if e.Has(loop.Ending | loop.HungUp | loop.Broken) {
		s.Ending = true // the end is told once, and may come with the connection
	}
	if s == &c.upstream && c.phase == connecting {
		c.connected()
		return
	}
	if e.Has(loop.Readable | loop.Ending | loop.HungUp | loop.Broken) {
		c.mayRead(s)
	}
	if s.Full && e.Has(loop.Writable|loop.HungUp|loop.Broken) {
		s.Full = false
		c.soon(c.to(s))
	}
	if e.Has(loop.Broken) {
		if err := s.failure(); err != nil {
			c.broken(s, err)
		}
	}
}

// failure returns why the connection is broken, and nil if that was told before.
func (s *socket) failure() error {
	code, err := unix.GetsockoptInt(s.FD, unix.SOL_SOCKET, unix.SO_ERROR)
	switch {
	case err != nil:
		return err
	case code != 0:
		return unix.Errno(code)
	}
	return nil
}

// end tells the peer that nothing more comes.
func (s *socket) end() { _ = unix.Shutdown(s.FD, unix.SHUT_WR) } // it fails only if the peer has gone

// close closes the socket. What was written to it is sent all the same.
func (s *socket) close(l *loop.Loop) {
	if s.FD < 0 {
		return
	}
	l.Remove(s.watch)
	_ = unix.Close(s.FD) // nobody waits for the result
	s.FD = -1
}

// closeByReset closes the socket and lets the peer know that something is
// missing. What it has not received is dropped.
func (s *socket) closeByReset(l *loop.Loop) {
	if s.FD >= 0 {
		_ = unix.SetsockoptLinger(s.FD, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}) // a Unix socket has none
		s.close(l)
	}
}

// unsent reports whether the peer's kernel has yet to get something.
func (s *socket) unsent() bool {
	queued, err := unix.IoctlGetInt(s.FD, unix.SIOCOUTQ)
	return err == nil && queued > 0 && s.isTCP()
}

// isTCP reports whether it is a TCP socket.
func (s *socket) isTCP() bool {
	protocol, err := unix.GetsockoptInt(s.FD, unix.SOL_SOCKET, unix.SO_PROTOCOL)
	return err == nil && protocol == unix.IPPROTO_TCP
}

// atOnce makes a TCP socket send small messages at once.
func (s *socket) atOnce() {
	_ = unix.SetsockoptInt(s.FD, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1) // a Unix socket does so anyway
}
