// Package endpoint turns an operand (a path, "-", "tcp://HOST:PORT" and the
// like) into an opened source or destination.
//
// Opening is done in two steps. [OpenSource] and [OpenDest] check the operand
// and open everything that needs no peer: files and listeners. They never wait.
// Then Ready waits for the peer, if there is one: it connects, accepts a
// connection, sends a request over HTTP, or waits until another process has
// opened the FIFO.
//
// A [Source] is read until io.EOF and closed. A [Dest] is written, and then it
// is either committed or aborted. A regular file gets its name at Commit, when
// it is complete, or not at all. Commit of a TCP connection returns when the
// peer's system has acknowledged every byte, as far as our system tells; only
// Linux does.
//
// # Words
//
//   - source: what the bytes are read from, a [Source].
//   - destination: what the bytes are written to, a [Dest]. A copy has one or
//     more.
//   - operand: the text that names a source or a destination, parsed.
//   - landing: what a path leads to: a file, a free name in a folder, or an
//     open descriptor. There is one rule for it, the function land.
//   - place: a landing that is asked for before anything is opened.
//   - connection: a connected socket.
//   - direction: one of the two ways through a connection. A copy uses one for
//     its bytes.
//   - response: what a server sends over HTTP. A copy reads its body.
//   - late: not there yet, and perhaps soon: a service that has still to start.
//   - peer: the process at the other side of a connection or a FIFO.
//   - answer: bytes that the peer of a destination sends. They are read and
//     dropped.
//   - replacement: a new file that takes the place of an old one, or a free
//     name, at Commit.
//
// # Cancellation
//
// Every wait ends promptly when its context ends or Cancel is called. Its error
// is then a context error. Nobody can cancel a wait for a regular file, for a
// disk or for a device that cannot be polled, or on Windows for standard input
// or output. An inherited descriptor is never made non-blocking: other
// processes share its open file description, and the flag is part of that.
//
// # Goroutines
//
// One goroutine reads or writes, commits or aborts, and closes; any goroutine
// may call Cancel at any time.
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
	// cancel makes the operation in progress and all later ones fail with
	// os.ErrDeadlineExceeded.
	cancel()
	// raw returns the descriptor, or false if others must not use it: it is
	// shared and might block.
	raw() (syscall.RawConn, bool)
}

// A waiter waits for a peer and then has the stream.
type waiter interface {
	wait(ctx context.Context) (stream, error)
	// close closes what wait needs, such as a listener. It is idempotent.
	close() error
}

// end is what a Source and a Dest have in common: a stream, which may wait for
// its peer, and the cancellation of waits.
type end struct {
	label
	name    string
	kind    Kind
	growth  growth  // of a pipe
	buffers Buffers // that a socket is to have
	waiter  waiter  // nil if there is no peer to wait for

	mu       sync.Mutex // guards the fields below
	stream   stream     // nil until the peer is there
	canceled bool
	closed   bool
	granted  Buffers            // set by Ready
	stopWait context.CancelFunc // set by Ready
}

// Name returns the name for a display: the base name of a path, "stdin",
// "stdout", "host:port".
func (e *end) Name() string { return e.name }

// Kind returns what the operand turned out to be.
func (e *end) Kind() Kind { return e.kind }

// Ready waits for the peer: it connects, accepts a connection, gets the headers
// of a response, or waits until another process has opened the FIFO. It returns
// at once if there is no peer to wait for. It returns a *TimeoutError if the peer
// does not come in time.
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
		return ctx.Err()
	}

	s, err := e.waiter.wait(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stream = s
	e.noteGranted()
	if e.canceled {
		s.cancel()
		return context.Canceled
	}
	return nil
}

// noteGranted notes what the kernel has granted of the sizes that a socket's
// buffers were to have. The lock is held.
func (e *end) noteGranted() {
	if e.buffers == (Buffers{}) {
		return
	}
	if b, ok := e.stream.(*body); ok {
		e.granted = b.granted
	} else if raw, ok := e.stream.raw(); ok {
		e.granted = e.buffers.granted(raw)
	}
}

// Granted returns the sizes that the kernel has given to a socket's buffers,
// where the operand asks for one. The others are 0, and all are before Ready.
func (e *end) Granted() Buffers {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.granted
}

// Cancel makes the wait in progress and all later ones return promptly with
// context.Canceled. It is idempotent and may be called from any goroutine.
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

// SyscallConn returns the descriptor, for splice(2) and its like. Ready must
// have returned. It returns false if the descriptor is shared with other
// processes and might block. The caller passes errors of the descriptor to
// ReadError or WriteError.
func (e *end) SyscallConn() (syscall.RawConn, bool) {
	s, err := e.opened()
	if err != nil {
		return nil, false
	}
	return s.raw()
}

// opened returns the stream, or context.Canceled after Cancel.
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

// ownFile is the stream of a file that this process has opened itself.
type ownFile struct{ *os.File }

func (f ownFile) cancel() { f.SetDeadline(longAgo()) }

func (f ownFile) raw() (syscall.RawConn, bool) {
	raw, err := f.SyscallConn()
	return raw, err == nil
}

// longAgo returns a deadline that has passed. Setting it cancels all
// operations.
func longAgo() time.Time { return time.Unix(1, 0) }

// retryInterval is how often retry tries. It is for conditions that no event
// announces.
const retryInterval = 10 * time.Millisecond

// retry calls try at once and then every retryInterval, until try is done, try
// fails or ctx ends.
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

// withTimeout ends ctx with t as its cause after t.After, if that is above 0.
func withTimeout(ctx context.Context, t *TimeoutError) (context.Context, context.CancelFunc) {
	if t.After <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, t.After, t)
}
