package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// hadWriter tells whether anybody has opened the FIFO for writing since we opened it, gone by now or not.
//
// poll(2) knows of bytes, and reports POLLHUP when there was a writer and is none. In between, a writer who has
// written nothing yet, tee(2) tells apart from none: it would have to wait for the one, and finds the end without.
func hadWriter(file *os.File) (had bool, err error) {
	scratchReader, scratchWriter, err := os.Pipe()
	if err != nil {
		return false, err
	}
	defer scratchReader.Close()
	defer scratchWriter.Close()
	err = control(file, func(fd int) error {
		had, err = pollNow(fd, unix.POLLIN)
		if had || err != nil {
			return err
		}
		return control(scratchWriter, func(scratch int) error {
			n, err := unix.Tee(fd, scratch, 1, unix.SPLICE_F_NONBLOCK)
			had = n > 0 || err == unix.EAGAIN
			if err == unix.EAGAIN || err == unix.EINTR {
				return nil
			}
			return os.NewSyscallError("tee", err)
		})
	})
	return had, err
}

// pipeStream is the stream of a pipe that we opened ourselves.
func pipeStream(file *os.File) (stream, error) { return ownFile{file}, nil }
