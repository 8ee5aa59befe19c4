package endpoint

import (
	"net"
	"syscall"
)

// socketConn is what *net.TCPConn and *net.UnixConn have in common.
type socketConn interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// connection is a connected socket that was made here. Its two directions are the
// streams of what uses them: a source reads the connection as it is, and a destination
// writes an [outgoing].
type connection struct{ socketConn }

// A direction makes the stream of a source or a destination from a connection.
type direction func(*connection) stream

// incoming is the direction of a source.
func incoming(c *connection) stream { return c }

func (c *connection) isTCP() bool {
	_, ok := c.socketConn.(*net.TCPConn)
	return ok
}

func (c *connection) cancel() { c.SetDeadline(longAgo()) }

func (c *connection) raw() (syscall.RawConn, bool) {
	raw, err := c.SyscallConn()
	return raw, err == nil
}

// resetOnClose makes Close send a reset instead of the end, so that the peer
// knows that bytes are missing.
func (c *connection) resetOnClose() {
	if tcp, ok := c.socketConn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
