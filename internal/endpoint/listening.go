package endpoint

import (
	"context"
	"net"
	"syscall"
)

// A Control prepares a socket that is yet to connect or to listen, as that of a
// [net.Dialer] does.
type Control func(network, address string, raw syscall.RawConn) error

// Listening accepts any number of connections. Make it with [Operand.Listen].
type Listening struct {
	listener deadlineListener
	network  string
}

// Listen listens at the operand until the listener is closed.
func (o Operand) Listen(ctx context.Context, prepare Control) (*Listening, error) {
	l := &Listening{network: o.network()}
	config := net.ListenConfig{Control: prepare.afterEasing()}
	config.SetMultipathTCP(false) // as in listen
	var err error
	if o.scheme == UnixListen {
		l.listener, err = listenUnix(ctx, config, o.address)
	} else {
		var listener net.Listener
		if listener, err = config.Listen(ctx, o.listenNetwork(), o.address); err == nil {
			l.listener = listener.(deadlineListener)
		}
	}
	if err != nil {
		return nil, &ListenError{o.text, cause(err)}
	}
	return l, nil
}

// afterEasing is the control with what every socket of ours has before it.
func (prepare Control) afterEasing() Control {
	return func(network, address string, raw syscall.RawConn) error {
		if err := easeLoopback(network, address, raw); err != nil || prepare == nil {
			return err
		}
		return prepare(network, address, raw)
	}
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
func (o Operand) Dial(ctx context.Context, prepare Control) (net.Conn, error) {
	dialer := net.Dialer{Control: prepare.afterEasing()}
	return dialer.DialContext(ctx, o.network(), o.address)
}

// Cause returns an error of package net without the operation and the address.
func Cause(err error) error { return cause(err) }

// Network returns package net's name for the kind of socket, "tcp" or "unix",
// or "" if the operand is none.
func (o Operand) Network() string { return o.network() }

// Address returns what the operand connects to or listens at: HOST:PORT, or a
// path.
func (o Operand) Address() string { return o.address }
