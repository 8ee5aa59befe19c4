package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// hadWriter tells whether anybody has opened the FIFO for writing since we opened it, gone by now or not.
//
// poll(2) knows of bytes, and reports POLLHUP when there was a writer and is none. In between, a writer who has
// written nothing yet, tee(2) tells apart from none: it would have to wait for the one, and finds the end without.
// Where that is refused, such a writer is seen with its first byte, or when it leaves.
func hadWriter(file *os.File) (had bool, err error) {
	err = control(file, func(fd int) error {
		if had, err = pollNow(fd, unix.POLLIN); !had && err == nil {
			had = hasWriter(fd)
		}
		return err
	})
	return had, err
}

// hasWriter reports whether the FIFO, which holds no bytes, is open for writing, as far as tee(2) tells.
func hasWriter(fd int) bool {
	var scratch [2]int
	if unix.Pipe2(scratch[:], unix.O_CLOEXEC) != nil {
		return false
	}
	defer unix.Close(scratch[0])
	defer unix.Close(scratch[1])
	// Not unix.Tee, which takes what is in another register for bytes where there are 32 bits.
	n, _, errno := unix.Syscall6(unix.SYS_TEE, uintptr(fd), uintptr(scratch[1]), 1, unix.SPLICE_F_NONBLOCK, 0, 0)
	return errno == unix.EAGAIN || errno == 0 && n > 0
}

// pipeStream is the stream of a pipe that we opened ourselves.
func pipeStream(file *os.File) (stream, error) { return ownFile{file}, nil }
