//go:build unix

package endpoint

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// dropNext waits for what the peer says and drops it, or returns io.EOF at its end.
func (s *socket) dropNext(scratch []byte) error {
	raw, err := s.SyscallConn()
	if err != nil {
		return err
	}
	waited := raw.Read(func(fd uintptr) bool {
		_, err = dropOnce(int(fd), scratch)
		return err != unix.EAGAIN
	})
	if waited != nil {
		return waited
	}
	return err
}

// dropNow drops what the peer has said by now, or returns io.EOF at its end.
func (s *socket) dropNow() error {
	return control(s, func(fd int) error { return s.dropped.now(fd) })
}

// dropped is where answers go. They are dropped one after the other.
type dropped struct{ scratch []byte }

// mostDrops bounds one call of now, so that a peer that never stops sending cannot hold us in it.
const mostDrops = 64

// now drops what is there now, or returns io.EOF at the end.
func (d *dropped) now(fd int) error {
	if d.scratch == nil {
		d.scratch = make([]byte, answerSize)
	}
	for range mostDrops {
		switch n, err := dropOnce(fd, d.scratch); {
		case err == unix.EAGAIN:
			return nil
		case err != nil:
			return err
		case n < len(d.scratch):
			return nil
		}
	}
	return nil
}

// dropOnce drops what is there, up to the size of scratch, or returns io.EOF at the end.
func dropOnce(fd int, scratch []byte) (int, error) {
	for {
		n, _, err := unix.Recvfrom(fd, scratch, dontWait|dropFlag)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			return 0, err
		case err != nil:
			return 0, os.NewSyscallError("recvfrom", err)
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// inheritedSocketEnding ends a socket that others share, and that is not ours to shut down. Success means delivered.
type inheritedSocketEnding struct{ socketEnding }

// finish waits until the peer's side has everything, and drops what the peer says meanwhile.
func (e inheritedSocketEnding) finish(ctx context.Context, s stream) error {
	file := s.(*polledFile)
	return e.deliver(ctx, nil, func() (int, error) {
		if err := file.dropAnswers(); err != nil {
			return 0, err
		}
		return undelivered(file.file)
	})
}

// takesAnswers tells whether what comes in on an inherited socket is nobody's but the peer's answer: of datagrams, and
// of a socket that is the source as well, it is not.
func takesAnswers(file *os.File, isSource bool) (yes bool) {
	if isSource {
		return false
	}
	control(file, func(fd int) error {
		kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
		yes = err == nil && kind == unix.SOCK_STREAM
		return err
	})
	return yes
}

// shareSocket has an inherited socket heard and ended as such.
func (d *Dest) shareSocket(src *Source, idle time.Duration) {
	shared, ok := d.stream.(*polledFile)
	if !ok || d.kind != KindSocket {
		return
	}
	info, err := shared.file.Stat()
	isSource := err == nil && src.info != nil && os.SameFile(src.info, info)
	shared.answers = takesAnswers(shared.file, isSource)
	d.ending = inheritedSocketEnding{socketEnding{d.label, idle}}
}
