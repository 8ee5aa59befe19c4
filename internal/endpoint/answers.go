package endpoint

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// What the peer of a destination says is read and thrown away. A peer that answers while it listens, as an echo server
// does, would otherwise stop at the first answer that nobody takes, and the copy with it. And closing a connection that
// has unread bytes resets it, which can destroy bytes, or hide the end, that the peer has yet to read.
//
// Whoever may wait for a destination sees to it: a goroutine where a Write or the end may wait, a polled file before
// each of its waits, and those who poll the descriptor themselves with DropAnswers.

// answerSize is how much is dropped in one call. On Linux it is not even copied from TCP.
const answerSize = 64 << 10

// hear begins to drop what the peer says, unless that has begun.
func (s *socket) hear() {
	if !s.hearing.Swap(true) {
		go s.dropAll()
	}
}

// dropAll drops what the peer says. It owns the reading direction of the connection, and s.broken until it closes
// s.ended. It ends with the peer's end, or when the connection breaks, is cancelled or is closed; Close waits for it.
// Between two answers it sleeps in the runtime's poller.
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

// whyBroken is why the connection broke, as far as the answers tell. A connection that broke says so once, to whoever
// asks first.
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
		<-s.ended // at once, on a connection of which this is true
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

// Answers reports whether the descriptor from SyscallConn belongs to a peer that may say something, which whoever polls
// it has to drop with DropAnswers.
func (d *Dest) Answers() bool {
	s, ok := d.stream.(*socket)
	return ok && !s.hearing.Load()
}

// DropAnswers drops what the peer has said by now. It returns false when there will be no more of it, and an error
// when the connection has broken.
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

// Linger waits until the peer has ended its side of a committed connection, for PeerOptions.Linger at most, and closes
// it. All is delivered by then, so that neither a peer that takes its time nor the end of ctx is an error. A reset is
// one: the peer has closed with bytes unread. There is nothing to wait for at any other destination.
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

// lingers reports whether the connection is to outlast Commit.
func (d *Dest) lingers() bool {
	s, ok := d.stream.(*socket)
	return ok && s.linger > 0
}
