package endpoint

import (
	"context"
	"fmt"
	"net"
)

// Listening accepts any number of connections. Make it with [Operand.Listen].
type Listening struct {
	listener deadlineListener
	network  string
}

// Listen listens at the operand until the listener is closed.
func (o Operand) Listen(ctx context.Context) (*Listening, error) {
	listener, err := o.listen(ctx)
	if err != nil {
		return nil, &ListenError{o.text, cause(err)}
	}
	return &Listening{listener, o.network()}, nil
}

// ListenError says why nobody can connect at an operand.
type ListenError struct {
	Operand string
	Err     error // without the operation and the operand
}

// Error returns, for instance, `listen on "tcp-listen://:80": permission denied`.
func (e *ListenError) Error() string { return "listen on " + quote(e.Operand) + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ListenError) Unwrap() error { return e.Err }

// Address returns where others connect: HOST:PORT, or the path of a socket.
func (l *Listening) Address() string { return l.listener.Addr().String() }

// URL returns the operand with which others connect.
func (l *Listening) URL() string { return l.network + "://" + l.Address() }

// Accept waits for a connection.
func (l *Listening) Accept() (net.Conn, error) { return l.listener.Accept() }

// Close stops listening, and removes the file of a Unix socket.
func (l *Listening) Close() error { return l.listener.Close() }

// Dial connects to the operand, until ctx ends.
func (o Operand) Dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Control: o.buffers.Control}
	return dialer.DialContext(ctx, o.network(), o.address)
}

// WithBuffers returns the operand with sizes of its buffers where it has none of
// its own.
func (o Operand) WithBuffers(b Buffers) Operand {
	o.buffers = o.buffers.Or(b)
	return o
}

// Network returns package net's name for the kind of socket, "tcp" or "unix",
// or "" if the operand is none.
func (o Operand) Network() string { return o.network() }

// Address returns what the operand connects to or listens at: HOST:PORT, or a
// path.
func (o Operand) Address() string { return o.address }

// SetOn sets the sizes of a socket, given by its descriptor, that is yet to
// connect or was just accepted.
func (b Buffers) SetOn(fd uintptr) error {
	for _, buffer := range b.options() {
		if *buffer.size > 0 {
			if err := setBuffer(fd, buffer.option, int(*buffer.size)); err != nil {
				return fmt.Errorf("set %s to %d bytes: %w", buffer.name, *buffer.size, err)
			}
		}
	}
	return nil
}

// GrantedTo returns the sizes of a socket's buffers, given by its descriptor. One
// that is not known is 0.
func GrantedTo(fd uintptr) (b Buffers) {
	for _, buffer := range b.options() {
		if size, err := bufferSize(fd, buffer.option); err == nil {
			*buffer.size = int64(size)
		}
	}
	return b
}
