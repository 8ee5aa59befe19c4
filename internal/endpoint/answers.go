package endpoint

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

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
func (s *socket) hear() {
	if !s.hearing.Swap(true) {
		go s.dropAll()
	}
}

// dropAll drops all answers of the peer. It is the only reader of the
// connection, and owns s.broken until it closes s.ended. It returns at the
// peer's end, or when the connection breaks, is cancelled or is closed. Close
// waits for it. Between two answers it sleeps in the runtime's poller.
func (s *socket) dropAll() {
	defer close(s.ended)
	scratch := make([]byte, answerSize)
	for {
		switch err := s.dropNext(scratch); {
		case err == nil:
		case err == io.EOF, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, os.ErrClosed), errors.Is(err, syscall.EINTR):
			return
		default:
			s.broken = err
			return
		}
	}
}

// whyBroken returns why the connection broke, if dropAll met that error. The
// kernel reports it only once, to the first call that asks.
func (s *socket) whyBroken() error {
	select {
	case <-s.ended:
		return s.broken
	default:
		return nil
	}
}

// Write writes all of p while the peer's answers are dropped.
func (s *socket) Write(p []byte) (int, error) {
	s.hear()
	n, err := s.socketConn.Write(p)
	if errors.Is(err, syscall.EPIPE) && s.isTCP() {
		<-s.ended // closed at once: reading fails on a broken connection
		if s.broken != nil {
			err = s.broken
		}
	}
	return n, err
}

// Close closes the connection.
func (s *socket) Close() error {
	err := s.socketConn.Close()
	if s.hearing.Load() {
		<-s.ended
	}
	return err
}

// Answers reports whether the destination is a connection whose answers are not
// yet dropped. Whoever polls the descriptor from SyscallConn then has to call
// DropAnswers.
func (d *Dest) Answers() bool {
	s, ok := d.stream.(*socket)
	return ok && !s.hearing.Load()
}

// DropAnswers drops the answers that have arrived. It returns false if no more
// will come, and an error if the connection has broken.
func (d *Dest) DropAnswers() (more bool, err error) {
	s, ok := d.stream.(*socket)
	if !ok || s.hearing.Load() {
		return false, nil
	}
	switch err = s.dropNow(); {
	case err == io.EOF:
		return false, nil
	case err != nil:
		return false, d.WriteError(err)
	}
	return true, nil
}

// Linger waits until the peer has ended its direction of a committed
// connection, for PeerOptions.Linger at most. Then it closes the connection.
// Every byte was delivered before, so a slow peer and the end of ctx are no
// errors. A reset is an error: the peer has closed with bytes unread. At any
// other destination Linger does nothing.
func (d *Dest) Linger(ctx context.Context) error {
	s, ok := d.stream.(*socket)
	if !ok || !d.over || d.isClosed() {
		return nil
	}
	limit := time.NewTimer(s.linger)
	defer limit.Stop()
	select {
	case <-s.ended:
	case <-limit.C:
	case <-ctx.Done():
	}
	err := s.whyBroken()
	d.close() // all is delivered
	return d.fail("write", err)
}

// lingers reports whether Commit leaves the connection open for Linger.
func (d *Dest) lingers() bool {
	s, ok := d.stream.(*socket)
	return ok && s.linger > 0
}
