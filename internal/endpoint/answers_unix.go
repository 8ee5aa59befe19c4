//go:build unix

package endpoint

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// dropNext waits for an answer and drops it. At the peer's end it returns
// io.EOF.
func (o *outgoing) dropNext(scratch []byte) error {
	raw, err := o.SyscallConn()
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

// dropNow drops the answers that have arrived. At the peer's end it returns
// io.EOF.
func (o *outgoing) dropNow() error {
	return control(o, func(fd int) error { return o.dropped.now(fd) })
}

// dropped is the memory that answers are read into. One goroutine at a time
// uses it.
type dropped struct{ scratch []byte }

// mostDrops is the most reads of one call of now. A peer that never stops
// sending cannot keep the caller there.
const mostDrops = 64

// now drops the answers that have arrived. At the peer's end it returns io.EOF.
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

// dropOnce drops at most len(scratch) bytes of answers. At the peer's end it
// returns io.EOF.
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

// inheritedSocketEnding completes an inherited socket. It does not shut the
// socket down, because other processes share it. Success means that every byte
// was delivered.
type inheritedSocketEnding struct{ socketEnding }

// finish waits until the peer's system has every byte. Meanwhile it drops the
// peer's answers.
func (e inheritedSocketEnding) finish(ctx context.Context, s stream) error {
	file := s.(*polledFile)
	return e.deliver(ctx, nil, func() (int, error) {
		if err := file.dropAnswers(); err != nil {
			return 0, err
		}
		return undelivered(file.file)
	})
}

// takesAnswers reports whether what arrives on an inherited socket may be
// dropped as the peer's answers. It may not be dropped if the socket is the
// source, too, or if it is for datagrams.
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

// shareSocket makes an inherited socket drop answers and end without a
// shutdown.
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
