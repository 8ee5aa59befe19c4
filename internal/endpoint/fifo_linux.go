package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// hadWriter tells whether anybody has opened the FIFO for writing since we opened it, gone by now or not.
//
// poll(2) knows of bytes, and reports POLLHUP when there was a writer and is none. In between, a writer who has
// written nothing yet, tee(2) tells apart from none: it would have to wait for the one, and finds the end without.
// Where tee(2) is refused, such a writer is seen with its first byte, or when it leaves; where poll(2) is, one that has
// left without a byte is not seen.
func hadWriter(file *os.File) (had bool, err error) {
	err = control(file, func(fd int) error {
		if had, err = pollNow(fd, unix.POLLIN); had {
			return nil
		}
		has, refused := hasWriter(fd)
		if had = has; refused == nil {
			return nil
		}
		return err
	})
	return had, err
}

// hasWriter reports whether the FIFO holds bytes or is open for writing, by tee(2).
func hasWriter(fd int) (bool, error) {
	var scratch [2]int
	if err := unix.Pipe2(scratch[:], unix.O_CLOEXEC); err != nil {
		return false, err
	}
	defer unix.Close(scratch[0])
	defer unix.Close(scratch[1])
	// Not unix.Tee, which takes what is in another register for bytes where there are 32 bits.
	n, _, errno := unix.Syscall6(unix.SYS_TEE, uintptr(fd), uintptr(scratch[1]), 1, unix.SPLICE_F_NONBLOCK, 0, 0)
	switch errno {
	case 0:
		return n > 0, nil
	case unix.EAGAIN:
		return true, nil
	case unix.EINTR:
		return false, nil
	}
	return false, errno
}

// pipeStream is the stream of a pipe that we opened ourselves.
func pipeStream(file *os.File) (stream, error) { return ownFile{file}, nil }
