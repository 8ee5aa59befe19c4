package endpoint

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// PeerOptions says how long to wait for a peer.
type PeerOptions struct {
	// ConnectTimeout is for a connection to be made. 0 means no limit.
	ConnectTimeout time.Duration
	// AcceptTimeout is for a peer to connect, or to open the other side of a
	// FIFO. 0 means no limit.
	AcceptTimeout time.Duration
	// IdleTimeout is for the peer's system to acknowledge one more byte after
	// the last was written. 0 means no limit.
	IdleTimeout time.Duration
	// Linger is how long Dest.Linger waits for the peer's end. 0 means not at
	// all.
	Linger time.Duration
	// Listening is called when a listener listens. It may be nil.
	Listening func(url string)
}

// socketConn is what *net.TCPConn and *net.UnixConn have in common.
type socketConn interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// socket is the stream of a connection.
type socket struct {
	socketConn
	linger  time.Duration // how long Linger waits for the peer's end
	dropped dropped       // what DropAnswers drops

	hearing atomic.Bool   // hear has started dropAll
	ended   chan struct{} // Closed by dropAll.
	broken  error         // why reading failed; to be read after ended is closed
}

func newSocket(conn net.Conn, linger time.Duration) *socket {
	return &socket{socketConn: conn.(socketConn), linger: linger, ended: make(chan struct{})}
}

func (s *socket) isTCP() bool {
	_, ok := s.socketConn.(*net.TCPConn)
	return ok
}

func (s *socket) cancel() { s.SetDeadline(longAgo()) }

func (s *socket) raw() (syscall.RawConn, bool) {
	raw, err := s.SyscallConn()
	return raw, err == nil
}

// openSocket prepares a connection. When it returns, a listener listens.
func (e *end) openSocket(ctx context.Context, o Operand, opts PeerOptions) error {
	e.kind = KindSocket
	if o.scheme == TCP || o.scheme == Unix {
		e.waiter = &dialer{e.label, o, opts.ConnectTimeout, opts.Linger}
		return nil
	}
	listener, err := o.listen(ctx)
	if err != nil {
		return e.fail("listen on", err)
	}
	e.waiter = &acceptor{e.label, listener, opts.AcceptTimeout, opts.Linger}
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
	config := net.ListenConfig{Control: easeLoopback}
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
	limit   time.Duration
	linger  time.Duration // of the connection
}

func (d *dialer) wait(ctx context.Context) (stream, error) {
	timeout := d.timeout("connect to", "connection", d.limit)
	ctx, stop := withTimeout(ctx, timeout)
	defer stop()
	var conn net.Conn
	err := retry(ctx, func() (done bool, err error) {
		dialer := net.Dialer{Control: easeLoopback}
		conn, err = dialer.DialContext(ctx, d.operand.network(), d.operand.address)
		if errors.Is(err, syscall.EAGAIN) { // a Unix socket whose queue is full
			return false, nil
		}
		if d.limit > 0 && isDeadline(err) { // ctx itself may not have ended yet
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
	return newSocket(conn, d.linger), nil
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
	limit    time.Duration
	linger   time.Duration // of the connection
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
	return newSocket(conn, a.linger), nil
}

// close removes the file of a Unix socket as well.
func (a *acceptor) close() error { return a.listener.Close() }

// socketEnding completes a connection. Success means that every byte was
// delivered.
type socketEnding struct {
	label
	idle time.Duration // PeerOptions.IdleTimeout
}

// maxDeliveryTick is the longest time between the last acknowledgment and the
// moment that deliver sees it.
const maxDeliveryTick = 16 * time.Millisecond

// finish sends the end to the peer, and waits until the peer's system has every
// byte. Bytes that are only in our kernel would be lost if the peer died.
func (e socketEnding) finish(ctx context.Context, s stream) error {
	conn := s.(*socket)
	err := conn.CloseWrite()
	if err != nil {
		if _, lost := undelivered(conn); lost != nil {
			err = lost
		}
	}
	conn.hear()
	if err != nil && conn.isTCP() {
		select {
		case <-conn.ended: // closed at once if there is no connection any more
			err = cmp.Or(conn.broken, err)
		case <-time.After(maxDeliveryTick):
		}
	}
	if err != nil {
		return e.fail("write", err)
	}
	err = e.deliver(ctx, conn.ended, func() (int, error) {
		queued, err := undelivered(conn)
		return queued, cmp.Or(err, conn.whyBroken())
	})
	if err == nil { // an answer that is unread when the connection is closed would reset it
		err = conn.dropNow()
	}
	if err == io.EOF {
		return nil
	}
	return e.fail("write", err)
}

// deliver waits until queued returns 0. It asks again at once when ended is
// closed; ended may be nil.
func (e socketEnding) deliver(ctx context.Context, ended <-chan struct{}, queued func() (int, error)) error {
	var still time.Duration // how long the number of queued bytes has not changed
	last := -1
	for tick := time.Millisecond; ; tick = min(2*tick, maxDeliveryTick) {
		n, err := queued()
		if err != nil || n == 0 {
			return e.fail("write", err)
		}
		if n != last {
			last, still = n, 0
		} else if e.idle > 0 && still >= e.idle {
			return e.timeout("write", "acknowledgment", e.idle)
		}
		select {
		case <-time.After(tick):
			still += tick
		case <-ended:
			ended = nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// resetOnClose makes Close send a reset instead of the end, so that the peer
// knows that bytes are missing.
func (s *socket) resetOnClose() {
	if tcp, ok := s.socketConn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
