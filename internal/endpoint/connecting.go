package endpoint

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// PeerOptions says how long to wait for a peer.
type PeerOptions struct {
	// ConnectTimeout is for one attempt to make a connection. 0 means no limit.
	ConnectTimeout time.Duration
	// ConnectRetry is for how long further attempts begin while the service is not
	// there yet. 0 means that there is one attempt.
	ConnectRetry time.Duration
	// AcceptTimeout is for a peer to connect, or to open the other side of a
	// FIFO. 0 means no limit.
	AcceptTimeout time.Duration
	// IdleTimeout is for the peer's system to acknowledge one more byte after
	// the last was written, and for a server to answer a request. 0 means no
	// limit.
	IdleTimeout time.Duration
	// Linger is how long Dest.Linger waits for the peer's end. 0 means not at
	// all.
	Linger time.Duration
	// Listening is called when a listener listens. It may be nil.
	Listening func(url string)
}

// openSocket prepares a connection of which one direction is used. When it returns, a
// listener listens.
func (e *end) openSocket(ctx context.Context, o Operand, direct direction, opts PeerOptions) error {
	e.kind, e.buffers = KindSocket, o.buffers
	if o.scheme == TCP || o.scheme == Unix {
		e.waiter = &dialer{e.label, o, opts.ConnectTimeout, opts.ConnectRetry, direct}
		return nil
	}
	listener, err := o.listen(ctx)
	if err != nil {
		return e.fail("listen on", err)
	}
	e.waiter = &acceptor{e.label, listener, o.buffers, opts.AcceptTimeout, direct}
	if o.scheme == TCPListen {
		e.name = listener.Addr().String() // the port is known only now
	}
	if opts.Listening != nil {
		opts.Listening(o.network() + "://" + listener.Addr().String())
	}
	return nil
}

// listen listens at the operand.
func (o Operand) listen(ctx context.Context) (deadlineListener, error) {
	config := net.ListenConfig{Control: o.buffers.Control}
	config.SetMultipathTCP(false) // it has no splice(2), and does not tell what the peer has received
	if o.scheme == UnixListen {
		return listenUnix(ctx, config, o.address)
	}
	listener, err := config.Listen(ctx, o.listenNetwork(), o.address)
	if err != nil {
		return nil, err
	}
	return listener.(deadlineListener), nil
}

// A dialer connects.
type dialer struct {
	label
	operand Operand
	limit   time.Duration // PeerOptions.ConnectTimeout
	retry   time.Duration // PeerOptions.ConnectRetry
	direct  direction
}

func (d *dialer) wait(ctx context.Context) (stream, error) {
	var conn net.Conn
	err := KeepTrying(ctx, d.retry, func() (err error) {
		conn, err = d.connect(ctx)
		return err
	})
	if err != nil {
		return nil, d.fail("connect to", err)
	}
	return d.direct(&connection{conn.(socketConn)}), nil
}

// connect makes one attempt.
func (d *dialer) connect(ctx context.Context) (net.Conn, error) {
	timeout := d.timeout("connect to", "connection", d.limit)
	ctx, stop := withTimeout(ctx, timeout)
	defer stop()
	var conn net.Conn
	err := retry(ctx, func() (done bool, err error) {
		dialer := net.Dialer{Control: d.operand.buffers.Control}
		conn, err = dialer.DialContext(ctx, d.operand.network(), d.operand.address)
		if errors.Is(err, syscall.EAGAIN) { // a Unix socket whose queue is full
			return false, nil
		}
		if d.limit > 0 && isDeadline(err) { // ctx itself may not have ended yet
			err = timeout
		}
		return true, err
	})
	if err != nil && conn != nil {
		conn.Close()
	}
	return conn, err
}

// isDeadline reports whether a deadline ended the operation. Which of the two
// errors it is depends on who saw it first.
func isDeadline(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}

func (d *dialer) close() error { return nil }

type deadlineListener interface {
	net.Listener
	SetDeadline(time.Time) error
}

// An acceptor accepts one connection and then stops listening.
type acceptor struct {
	label
	listener deadlineListener
	buffers  Buffers
	limit    time.Duration
	direct   direction
}

func (a *acceptor) wait(ctx context.Context) (stream, error) {
	ctx, stop := withTimeout(ctx, a.timeout("accept on", "connection", a.limit))
	defer stop()
	defer context.AfterFunc(ctx, func() { a.listener.SetDeadline(longAgo()) })()
	conn, err := a.listener.Accept()
	if err != nil {
		if ctx.Err() != nil {
			err = contextError(ctx)
		}
		return nil, a.fail("accept on", err)
	}
	a.close()
	accepted := conn.(socketConn)
	if err := a.buffers.SetAccepted(accepted); err != nil {
		accepted.Close()
		return nil, a.fail("accept on", err)
	}
	return a.direct(&connection{accepted}), nil
}

// close removes the file of a Unix socket as well.
func (a *acceptor) close() error { return a.listener.Close() }
