//go:build unix && !linux

package endpoint

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipeBuf is the lowest PIPE_BUF that POSIX allows.
const pipeBuf = 512

// reopen fails, because /dev/fd/N is the same open file description here.
func reopen(*os.File, int) (*os.File, error) { return nil, errors.ErrUnsupported }

// hadWriter reports whether a writer has written, or has come and gone. It does
// not see a writer that has written nothing yet.
func hadWriter(file *os.File) (had bool, err error) {
	err = control(file, func(fd int) error {
		had, err = pollNow(fd, unix.POLLIN)
		return err
	})
	return had, err
}

// pipeStream returns the stream of a FIFO that was opened here. It does not use
// the runtime's poller, because kqueue does not report the end of a FIFO
// everywhere (https://go.dev/issue/24164).
func pipeStream(file *os.File) (stream, error) {
	f := &polledFile{file: file, done: file.Close}
	f.write = func(p []byte) (int, error) { return unix.Write(f.fd, p) }
	return f, f.init()
}

// undelivered returns 0, because the kernel does not tell. It is trusted to
// send the bytes that it took.
func undelivered(syscall.Conn) (queued int, err error) { return 0, nil }

// dropFlag is no flag. Only Linux can drop bytes without copying them.
const dropFlag = 0
