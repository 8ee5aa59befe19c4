package endpoint

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// outgoing is the direction of a destination: what is written to a connection, and
// the answers that come meanwhile.
type outgoing struct {
	*connection
	linger  time.Duration // how long Dest.Linger waits for the peer's end
	dropped dropped       // what DropAnswers drops

	hearing atomic.Bool   // hear has started dropAll
	ended   chan struct{} // Closed by dropAll.
	broken  error         // why reading failed; to be read after ended is closed
}

// outgoingFor is the direction of a destination that waits so long for the peer's end.
func outgoingFor(linger time.Duration) direction {
	return func(c *connection) stream {
		return &outgoing{connection: c, linger: linger, ended: make(chan struct{})}
	}
}

// The answers of a destination's peer are read and dropped. An echo server, for
// instance, answers while it receives. If nobody read its answers, it would
// stop receiving, and the copy would stop with it. And closing a connection
// that has unread bytes resets it: bytes or the end that the peer has yet to
// read can be lost.
//
// There are three ways to drop them. A goroutine does it while Write or finish
// may wait (hear). A polledFile does it in each of its waits. Those who poll
// the descriptor themselves call DropAnswers.

// answerSize is the most bytes that one call drops. On Linux the kernel does
// not even copy them from a TCP connection.
const answerSize = 64 << 10

// hear starts the goroutine that drops the peer's answers, if it was not
// started.
func (o *outgoing) hear() {
	if !o.hearing.Swap(true) {
		go o.dropAll()
	}
}

// dropAll drops all answers of the peer. It is the only reader of the
// connection, and owns o.broken until it closes o.ended. It returns at the
// peer's end, or when the connection breaks, is cancelled or is closed. Close
// waits for it. Between two answers it sleeps in the runtime's poller.
func (o *outgoing) dropAll() {
	defer close(o.ended)
	scratch := make([]byte, answerSize)
	for {
		switch err := o.dropNext(scratch); {
		case err == nil:
		case err == io.EOF, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, os.ErrClosed), errors.Is(err, syscall.EINTR):
			return
		default:
			o.broken = err
			return
		}
	}
}

// whyBroken returns why the connection broke, if dropAll met that error. The
// kernel reports it only once, to the first call that asks.
func (o *outgoing) whyBroken() error {
	select {
	case <-o.ended:
		return o.broken
	default:
		return nil
	}
}

// Write writes all of p while the peer's answers are dropped.
func (o *outgoing) Write(p []byte) (int, error) {
	o.hear()
	n, err := o.socketConn.Write(p)
	if errors.Is(err, syscall.EPIPE) && o.isTCP() {
		<-o.ended // closed at once: reading fails on a broken connection
		if o.broken != nil {
			err = o.broken
		}
	}
	return n, err
}

// Close closes the connection.
func (o *outgoing) Close() error {
	err := o.socketConn.Close()
	if o.hearing.Load() {
		<-o.ended
	}
	return err
}

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
	conn := s.(*outgoing)
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
