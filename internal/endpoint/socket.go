package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"
)

// PeerOptions says how to wait for a peer.
type PeerOptions struct {
	ConnectTimeout time.Duration    // for a connection to be made; 0 means no limit
	AcceptTimeout  time.Duration    // for a peer to connect, or to open the other side of a FIFO; 0 means no limit
	IdleTimeout    time.Duration    // for a peer to take one more byte of the last ones; 0 means no limit
	Listening      func(url string) // told once a listener can be connected to; may be nil
}

// socketConn is what *net.TCPConn and *net.UnixConn have in common.
type socketConn interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// socket is the stream of a connection.
type socket struct{ socketConn }

func (s socket) cancel() { s.SetDeadline(longAgo()) }

func (s socket) raw() (syscall.RawConn, bool) {
	raw, err := s.SyscallConn()
	return raw, err == nil
}

// openSocket prepares a connection. Listeners are listening when it returns.
func (e *end) openSocket(ctx context.Context, o Operand, opts PeerOptions) error {
	e.kind = KindSocket
	if o.scheme == TCP || o.scheme == Unix {
		e.waiter = &dialer{e.label, o, opts.ConnectTimeout}
		return nil
	}
	if o.scheme == UnixListen {
		if err := removeStaleSocket(ctx, o.address); err != nil {
			return e.fail("listen on", err)
		}
	}
	config := net.ListenConfig{Control: easeLoopback}
	config.SetMultipathTCP(false) // its sockets know neither splice(2) nor what the peer has received
	listener, err := config.Listen(ctx, o.listenNetwork(), o.address)
	if err != nil {
		return e.fail("listen on", err)
	}
	e.waiter = &acceptor{e.label, listener.(deadlineListener), opts.AcceptTimeout}
	if o.scheme == TCPListen {
		e.name = listener.Addr().String() // the port is known only now
	}
	if opts.Listening != nil {
		opts.Listening(o.network() + "://" + listener.Addr().String())
	}
	return nil
}

// A dialer connects.
type dialer struct {
	label
	operand Operand
	limit   time.Duration
}

func (d *dialer) wait(ctx context.Context) (stream, error) {
	timeout := d.timeout("connect to", "connection", d.limit)
	ctx, stop := withTimeout(ctx, timeout)
	defer stop()
	var conn net.Conn
	err := retry(ctx, func() (done bool, err error) {
		dialer := net.Dialer{Control: easeLoopback}
		conn, err = dialer.DialContext(ctx, d.operand.network(), d.operand.address)
		if errors.Is(err, syscall.EAGAIN) { // a Unix socket whose owner is slow to accept
			return false, nil
		}
		if d.limit > 0 && isDeadline(err) { // which need not have reached ctx by now
			err = timeout
		}
		return true, err
	})
	if err != nil {
		if conn != nil {
			conn.Close()
		}
		return nil, d.fail("connect to", err)
	}
	return socket{conn.(socketConn)}, nil
}

// isDeadline tells whether a deadline ended err's operation; which of the two errors it is depends on who saw it first.
func isDeadline(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}

func (d *dialer) close() error { return nil }

type deadlineListener interface {
	net.Listener
	SetDeadline(time.Time) error
}

// An acceptor accepts one connection and then listens no more.
type acceptor struct {
	label
	listener deadlineListener
	limit    time.Duration
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
	return socket{conn.(socketConn)}, nil
}

// close removes the file of a Unix socket as well.
func (a *acceptor) close() error { return a.listener.Close() }

// removeStaleSocket removes the socket that a listener left behind when it died. A datagram socket cannot connect to
// a stream socket, so the attempt tells whether there is a listener and does not look like a client to it.
func removeStaleSocket(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return errNotSocket
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unixgram", path)
	if err == nil {
		conn.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return syscall.EADDRINUSE
	}
	return os.Remove(path)
}

var errNotSocket = fmt.Errorf("%w and is no socket", fs.ErrExist)

// socketEnding ends a connection so that success means delivered.
type socketEnding struct {
	label
	idle time.Duration // give up when nothing was acknowledged for so long; 0 means never
}

// maxDeliveryTick bounds how long after the last acknowledgment it takes to see it.
const maxDeliveryTick = 16 * time.Millisecond

// finish says to the peer that this is the end, and waits until its side has everything: bytes that are only in our
// kernel are lost if the peer dies. Meanwhile it drops what the peer sends, because closing a socket that has unread
// bytes resets the connection, and a reset can destroy bytes, or hide the end, that the peer has yet to read.
func (e socketEnding) finish(ctx context.Context, s stream) error {
	conn := s.(socket)
	if err := conn.shutdown(); err != nil {
		if _, lost := undelivered(conn); lost != nil {
			err = lost
		}
		return e.fail("write", err)
	}
	scratch := make([]byte, 64<<10)
	var still time.Duration // how long we have seen the same number of bytes wait
	last := -1
	for tick := time.Millisecond; ; tick = min(2*tick, maxDeliveryTick) {
		drained, err := drain(conn, scratch)
		if err != nil {
			return e.fail("write", err)
		}
		queued, err := undelivered(conn)
		if err != nil || queued == 0 && drained {
			return e.fail("write", err)
		}
		if queued != last {
			last, still = queued, 0
		} else if still += tick; e.idle > 0 && still >= e.idle {
			return e.timeout("write", "acknowledgment", e.idle)
		}
		select {
		case <-time.After(tick):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// shutdown sends the end. A Unix socket's peer is stopped from sending, too, which lets us drain it for good; over TCP
// there is no such message.
func (s socket) shutdown() error {
	err := s.CloseWrite()
	if local, ok := s.socketConn.(*net.UnixConn); ok && err == nil {
		err = local.CloseRead()
	}
	return err
}

func (e socketEnding) publish() error { return nil }

func (e socketEnding) discard() error { return nil }

// resetOnClose makes a connection that is not complete look so to its peer: it meets a reset instead of the end.
func (s socket) resetOnClose() {
	if tcp, ok := s.socketConn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
