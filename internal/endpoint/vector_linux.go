package endpoint

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxIovecs is UIO_MAXIOV, the most that one writev(2) takes.
const maxIovecs = 1024

// A vector writes many buffers with one writev(2). It is kept from call to call so that calls need not allocate.
type vector struct {
	conn   syscall.RawConn // nil until first used
	writev func(fd uintptr) bool
	iovecs []unix.Iovec

	pending []unix.Iovec // what is left of iovecs to write
	n       int          // result of the last writev
	errno   unix.Errno
}

// writeVec writes all of bufs to s, or fails and tells how many bytes were taken.
func writeVec(s stream, v *vector, bufs [][]byte) (int64, error) {
	if v.conn == nil {
		conn, ok := s.raw()
		if !ok {
			return writeEach(s, bufs)
		}
		v.conn, v.writev = conn, v.writeOnce
	}
	v.iovecs = v.iovecs[:0]
	for _, buf := range bufs {
		if len(buf) > 0 {
			iovec := unix.Iovec{Base: &buf[0]}
			iovec.SetLen(len(buf))
			v.iovecs = append(v.iovecs, iovec)
		}
	}
	defer clear(v.iovecs) // or the buffers could not be collected
	v.pending = v.iovecs
	var written int64
	for len(v.pending) > 0 {
		if err := v.conn.Write(v.writev); err != nil {
			return written, err
		}
		if v.errno != 0 {
			return written, v.errno
		}
		written += int64(v.n)
		v.advance()
	}
	return written, nil
}

// writeOnce is called whenever the descriptor may be writable; false makes the poller wait until it is.
func (v *vector) writeOnce(fd uintptr) bool {
	for {
		n, _, errno := unix.Syscall(unix.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&v.pending[0])),
			uintptr(min(len(v.pending), maxIovecs)))
		v.n, v.errno = int(n), errno
		if errno != unix.EINTR {
			return errno != unix.EAGAIN
		}
	}
}

// advance drops what the last writev took.
func (v *vector) advance() {
	for n := v.n; n > 0; {
		first := &v.pending[0]
		if n < int(first.Len) {
			first.Base = (*byte)(unsafe.Add(unsafe.Pointer(first.Base), n))
			first.SetLen(int(first.Len) - n)
			return
		}
		n -= int(first.Len)
		v.pending = v.pending[1:]
	}
}
