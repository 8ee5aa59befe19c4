package endpoint

import (
	"os"

	"golang.org/x/sys/unix"
)

// hadWriter reports whether anybody has opened the FIFO for writing since it
// was opened here. The writer may be gone by now.
//
// poll(2) reports bytes, and POLLHUP if there was a writer and there is none
// now. It does not see a writer that has written nothing yet. tee(2) does: it
// fails with EAGAIN if there is a writer, and returns 0 if there is none.
//
// If a sandbox refuses tee(2), such a writer is seen with its first byte, or
// when it leaves. If it refuses poll(2), a writer that has left without a byte
// is not seen.
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

// hasWriter reports whether the FIFO holds bytes or is open for writing, by
// tee(2).
func hasWriter(fd int) (bool, error) {
	var scratch [2]int
	if err := unix.Pipe2(scratch[:], unix.O_CLOEXEC); err != nil {
		return false, err
	}
	defer unix.Close(scratch[0])
	defer unix.Close(scratch[1])
	// On 32 bits unix.Tee takes another register for the upper half of the
	// count.
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

// pipeStream returns the stream of a FIFO that was opened here.
func pipeStream(file *os.File) (stream, error) { return ownFile{file}, nil }
