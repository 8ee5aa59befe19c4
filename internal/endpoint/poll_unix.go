//go:build unix

package endpoint

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A polledFile is the stream of a descriptor that may be in blocking mode and
// must stay so. Before every read and write it waits with poll(2). cancel ends
// that wait through a pipe.
type polledFile struct {
	file  *os.File // what fd belongs to
	fd    int
	write func(p []byte) (int, error) // does not block after POLLOUT; takes at least one byte
	done  func() error                // what Close does with file

	answers bool // bytes that arrive are answers, to be dropped
	dropped dropped

	wakeReader, wakeWriter *os.File
	cancelOnce             sync.Once
}

// newInheritedFile returns the stream of a file that may block and that other
// processes may share.
func newInheritedFile(file *os.File, kind Kind, done func() error) (*polledFile, error) {
	f := &polledFile{file: file, done: done}
	if kind == KindSocket {
		f.write = func(p []byte) (int, error) { return unix.SendmsgN(f.fd, p, nil, nil, dontWait) }
	} else {
		// POLLOUT promises room for pipeBuf bytes and no more.
		f.write = func(p []byte) (int, error) { return unix.Write(f.fd, p[:min(len(p), pipeBuf)]) }
	}
	return f, f.init()
}

func (f *polledFile) init() error {
	err := control(f.file, func(fd int) error {
		f.fd = fd
		return nil
	})
	if err != nil {
		return err
	}
	f.wakeReader, f.wakeWriter, err = os.Pipe()
	return err
}

func (f *polledFile) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	err = f.when(unix.POLLIN, func() error {
		n, err = unix.Read(f.fd, p)
		return err
	})
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (f *polledFile) Write(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		err = f.when(unix.POLLOUT, func() error {
			n, err := f.write(p[written:])
			written += max(n, 0)
			return err
		})
	}
	return written, err
}

// when waits for events and then runs op. If op returns EINTR or EAGAIN, it
// starts again. It drops answers while it waits, and only then: the socket may
// be one that another process goes on reading.
func (f *polledFile) when(events pollEvents, op func() error) error {
	var wakeFD int
	if err := control(f.wakeReader, func(fd int) error { wakeFD = fd; return nil }); err != nil {
		return err
	}
	for {
		fds := []unix.PollFd{{Fd: int32(f.fd), Events: events}, {Fd: int32(wakeFD), Events: unix.POLLIN}}
		if f.answers {
			fds[0].Events |= unix.POLLIN
		}
		if _, err := unix.Poll(fds, -1); err != nil {
			if err == unix.EINTR {
				continue
			}
			return os.NewSyscallError("poll", err)
		}
		if fds[1].Revents != 0 {
			return os.ErrDeadlineExceeded
		}
		if f.answers && fds[0].Revents == unix.POLLIN {
			if err := f.dropAnswers(); err != nil {
				return err
			}
			continue
		}
		if err := op(); err != unix.EINTR && err != unix.EAGAIN {
			return err
		}
	}
}

// dropAnswers drops the answers that have arrived, if answers are to be
// dropped.
func (f *polledFile) dropAnswers() error {
	if !f.answers {
		return nil
	}
	err := f.dropped.now(f.fd)
	if err == io.EOF {
		f.answers = false
		return nil
	}
	return err
}

func (f *polledFile) cancel() { f.cancelOnce.Do(func() { f.wakeWriter.Close() }) }

func (f *polledFile) raw() (syscall.RawConn, bool) { return nil, false }

// control calls look with the descriptor, which stays open meanwhile.
func (f *polledFile) control(look func(fd int)) error {
	return control(f.file, func(fd int) error {
		look(fd)
		return nil
	})
}

func (f *polledFile) Close() error {
	f.cancel()
	return errors.Join(f.done(), f.wakeReader.Close())
}

// pollNow reports whether fd is ready for events or has hung up. It does not
// wait.
func pollNow(fd int, events pollEvents) (bool, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
		n, err := unix.Poll(fds, 0)
		if err != unix.EINTR {
			return n > 0, os.NewSyscallError("poll", err)
		}
	}
}

// control runs op on the descriptor of c, which stays open meanwhile. Unlike
// Fd, it does not change the blocking mode.
func control(c syscall.Conn, op func(fd int) error) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var opErr error
	if err := raw.Control(func(fd uintptr) { opErr = op(int(fd)) }); err != nil {
		return err
	}
	return opErr
}
