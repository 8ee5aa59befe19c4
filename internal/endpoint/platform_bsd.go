//go:build unix && !linux

package endpoint

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipeBuf is the least that POSIX allows PIPE_BUF to be.
const pipeBuf = 512

// reopen fails: /dev/fd/N is the same description here, not a second one.
func reopen(*os.File, int) (*os.File, error) { return nil, errors.ErrUnsupported }

// hadWriter tells whether a writer has written, or has come and gone; one who has written nothing yet is not seen.
func hadWriter(file *os.File) (had bool, err error) {
	err = control(file, func(fd int) error {
		had, err = pollNow(fd, unix.POLLIN)
		return err
	})
	return had, err
}

// pipeStream is the stream of a pipe that we opened ourselves. It is not left to the runtime's poller, because kqueue
// does not report the end of a FIFO everywhere (https://go.dev/issue/24164).
func pipeStream(file *os.File) (stream, error) {
	f := &polledFile{file: file, done: file.Close}
	f.write = func(p []byte) (int, error) { return unix.Write(f.fd, p) }
	return f, f.init()
}

// undelivered cannot tell here: the kernel is trusted to send what it took.
func undelivered(syscall.Conn) (queued int, err error) { return 0, nil }

// dropFlag is none: only Linux drops what it has not copied.
const dropFlag = 0
