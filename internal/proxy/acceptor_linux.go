package proxy

import (
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/loop"
)

// acceptor accepts connections, in the goroutine of its server.
type acceptor struct {
	*server
	fd    int // negative when it is closed
	watch loop.Watch
	job   loop.Job
	waits atomic.Bool // for a connection to end
}

func newAcceptor(s *server) (*acceptor, error) {
	fd, err := s.listener.Detach()
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", s.opts.Listen, err)
	}
	a := &acceptor{server: s, fd: fd}
	a.job.Do = a.accept
	if a.watch, err = s.loop.Add(fd, a); err != nil {
		_ = unix.Close(fd) // nobody has connected
		return nil, err
	}
	return a, nil
}

// Ready implements [loop.Watcher].
func (a *acceptor) Ready(loop.Events) { a.accept() }

const (
	// acceptsAtOnce lets the connections of the same goroutine have their turn.
	acceptsAtOnce = 64
	// acceptAgain is when to try again where the system has no descriptor left.
	acceptAgain = 50 * time.Millisecond
)

// accept accepts the connections that wait.
func (a *acceptor) accept() {
	for range acceptsAtOnce {
		if a.fd < 0 || !a.mayAccept() {
			return
		}
		fd, _, err := unix.Accept4(a.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
			a.hand(fd)
		case unix.EAGAIN:
			return
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			a.waits.Store(true)
			a.loop.At(&a.job, time.Now().Add(acceptAgain))
			return
		case unix.EINTR, unix.ECONNABORTED, unix.EPROTO, unix.EPERM, unix.ENETDOWN, unix.EHOSTUNREACH, unix.ENETUNREACH:
			// This one has gone again, or a firewall does not let it in.
		default:
			a.failure = fmt.Errorf("accept on %q: %w", a.opts.Listen, err)
			a.close()
			return
		}
	}
	a.loop.Soon(&a.job)
}

// mayAccept reports whether one more connection may be accepted. It stops
// accepting where none ever may.
func (a *acceptor) mayAccept() bool {
	if !a.admits() {
		a.close()
		return false
	}
	if a.tally.open.Load() < a.most {
		a.waits.Store(false)
		return true
	}
	a.waits.Store(true)
	if a.tally.open.Load() < a.most { // one has ended just now, and told nobody
		a.waits.Store(false)
		return true
	}
	return false
}

// close lets no more connections in.
func (a *acceptor) close() {
	if a.fd < 0 {
		return
	}
	a.loop.Remove(a.watch)
	a.loop.Cancel(&a.job)
	_ = unix.Close(a.fd) // those that wait are reset
	a.fd = -1
	a.waits.Store(false)
	a.closing.Store(true)
	a.mayEnd()
}
