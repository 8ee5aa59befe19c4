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

// PeerOptions says how to wait for a peer.
type PeerOptions struct {
	ConnectTimeout time.Duration    // for a connection to be made; 0 means no limit
	AcceptTimeout  time.Duration    // for a peer to connect, or to open the other side of a FIFO; 0 means no limit
	IdleTimeout    time.Duration    // for a peer to take one more byte of the last ones; 0 means no limit
	Linger         time.Duration    // for the peer of a destination to end its side, with Dest.Linger; 0 is not at all
	Listening      func(url string) // told once a listener can be connected to; may be nil
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

	hearing atomic.Bool   // the goroutine of hear was started
	ended   chan struct{} // Closed by dropAll.
	broken  error         // why reading failed; to be read when ended is closed
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

// openSocket prepares a connection. Listeners are listening when it returns.
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
	config.SetMultipathTCP(false) // its sockets know neither splice(2) nor what the peer has received
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
	return newSocket(conn, d.linger), nil
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

// socketEnding ends a connection so that success means delivered.
type socketEnding struct {
	label
	idle time.Duration // give up when nothing was acknowledged for so long; 0 means never
}

// maxDeliveryTick bounds how long after the last acknowledgment it takes to see it.
const maxDeliveryTick = 16 * time.Millisecond

// finish says to the peer that this is the end, and waits until its side has everything: bytes that are only in our
// kernel are lost if the peer dies.
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
		case <-conn.ended: // at once, where there is no connection any more
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
	if err == nil { // what is there now must not be there when the connection is closed
		err = conn.dropNow()
	}
	if err == io.EOF {
		return nil
	}
	return e.fail("write", err)
}

// deliver waits until nothing is queued any more. Something has happened when ended, which may be nil, is closed.
func (e socketEnding) deliver(ctx context.Context, ended <-chan struct{}, queued func() (int, error)) error {
	var still time.Duration // how long we have seen the same number of bytes wait
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

// resetOnClose makes a connection that is not complete look so to its peer: it meets a reset instead of the end.
func (s *socket) resetOnClose() {
	if tcp, ok := s.socketConn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
}
