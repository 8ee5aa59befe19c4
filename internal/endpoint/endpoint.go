// Package endpoint turns an operand (a path, "-", "tcp://HOST:PORT" and the like) into an opened source or destination.
//
// Opening is done in two steps. [OpenSource] and [OpenDest] check the operand and open everything that needs nobody
// else: files, listeners. They never wait. Ready then waits for the peer, if there is one: a connection to make or to
// accept, another process at the far side of a FIFO.
//
// A [Source] is read until io.EOF and closed. A [Dest] is written and then either committed or aborted: a regular file
// appears under its name at Commit, complete, or not at all; a socket's Commit returns when the peer's side has it all.
//
// # Cancellation
//
// Every wait ends promptly when its context ends or Cancel is called, with an error that is a context error. The
// exceptions: a regular file, a disk and a device that cannot be polled answer in their own time, and on Windows so do
// standard input and output. A descriptor that was inherited is never made non-blocking, because its open file
// description, and so the flag, is shared with other processes.
//
// # Goroutines
//
// One goroutine reads or writes, commits or aborts, and closes; any goroutine may call Cancel at any time.
package endpoint

import (
	"context"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// A stream is an open file, pipe or socket whose waits can be cancelled.
type stream interface {
	io.ReadWriteCloser
	// cancel makes the operation in progress and all later ones fail with os.ErrDeadlineExceeded.
	cancel()
	// raw gives the descriptor to those who wait for it through the poller, or false where that is not possible.
	raw() (syscall.RawConn, bool)
}

// A waiter waits for the peer without which there is no stream.
type waiter interface {
	wait(ctx context.Context) (stream, error)
	// close gives up what wait would have used, such as a listener. It is idempotent.
	close() error
}

// end is what a Source and a Dest have in common: a stream, perhaps not there yet, and the cancellation of its waits.
type end struct {
	label
	name   string
	kind   Kind
	waiter waiter // nil where there is no peer to wait for

	mu       sync.Mutex // guards the fields below
	stream   stream     // nil until the peer is there
	canceled bool
	closed   bool
	stopWait context.CancelFunc // set by Ready
}

// Name is what to call this end in a display: the base name of a path, "stdin", "stdout", "host:port".
func (e *end) Name() string { return e.name }

// Kind tells what the operand turned out to be.
func (e *end) Kind() Kind { return e.kind }

// Ready waits for the peer: connects, accepts a connection, waits until a FIFO's other side is open. It returns at
// once where no peer is needed, and returns a *TimeoutError when the time allowed for it has passed.
func (e *end) Ready(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	e.mu.Lock()
	done := e.stream != nil
	e.stopWait = stop
	if e.canceled {
		stop()
	}
	e.mu.Unlock()
	if done || ctx.Err() != nil {
		e.enlarge()
		return ctx.Err()
	}

	s, err := e.waiter.wait(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stream = s
	if e.canceled {
		s.cancel()
		return context.Canceled
	}
	e.enlarge()
	return nil
}

// enlarge makes room in a pipe, before anything moves.
func (e *end) enlarge() {
	if e.kind == KindPipe && e.stream != nil {
		enlarge(e.stream)
	}
}

// Cancel makes the wait in progress and all later ones return promptly with context.Canceled. It is idempotent and
// may be called from any goroutine.
func (e *end) Cancel() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.canceled = true
	if e.stopWait != nil {
		e.stopWait()
	}
	if e.stream != nil {
		e.stream.cancel()
	}
}

// SyscallConn gives the descriptor itself, for splice(2) and its kind, once Ready has returned. It is false where the
// descriptor is shared with other processes and might block. Errors met there go through ReadError or WriteError.
func (e *end) SyscallConn() (syscall.RawConn, bool) {
	s, err := e.opened()
	if err != nil {
		return nil, false
	}
	return s.raw()
}

// opened returns the stream, or the reason not to use it.
func (e *end) opened() (stream, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.canceled {
		return nil, context.Canceled
	}
	if e.stream == nil {
		panic("endpoint: used before Ready")
	}
	return e.stream, nil
}

// close closes the stream and whatever was opened to get it. It is idempotent.
func (e *end) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	var err error
	if e.stream != nil {
		err = e.stream.Close()
	}
	if e.waiter != nil {
		e.waiter.close()
	}
	return err
}

// isClosed reports whether close was called.
func (e *end) isClosed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

// ownFile is the stream of a file that only we have open.
type ownFile struct{ *os.File }

func (f ownFile) cancel() { f.SetDeadline(longAgo()) }

func (f ownFile) raw() (syscall.RawConn, bool) {
	raw, err := f.SyscallConn()
	return raw, err == nil
}

// longAgo is a deadline that has passed: the poller's way to cancel.
func longAgo() time.Time { return time.Unix(1, 0) }

// retryInterval is how often a condition is looked at that nothing announces.
const retryInterval = 10 * time.Millisecond

// retry calls try, at once and then every retryInterval, until it is done or fails or ctx ends.
func retry(ctx context.Context, try func() (done bool, err error)) error {
	tick := time.NewTicker(retryInterval)
	defer tick.Stop()
	for {
		done, err := try()
		if ctx.Err() != nil {
			return contextError(ctx)
		}
		if done || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// withTimeout bounds ctx by the time that t allows, where it allows any.
func withTimeout(ctx context.Context, t *TimeoutError) (context.Context, context.CancelFunc) {
	if t.After <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, t.After, t)
}
