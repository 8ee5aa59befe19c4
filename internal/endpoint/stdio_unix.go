//go:build unix

package endpoint

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// openStdio makes the stream of inherited standard input or output; flag is os.O_RDONLY or os.O_WRONLY.
//
// Pipes and terminals can keep us waiting. They are opened a second time where the system allows it, which gives a
// description of our own that may be non-blocking; elsewhere, and sockets always, they are polled before each call.
func openStdio(file *os.File, kind Kind, flag int) (stream, error) {
	switch kind {
	case KindRegular, KindBlockDevice:
		return inherited{ownFile{file}, flag}, nil
	case KindCharDevice:
		if !isTerminal(file) {
			return inherited{ownFile{file}, flag}, nil
		}
	}
	done := func() error { return nil }
	if kind != KindCharDevice {
		done = func() error { return release(file, flag) }
	}
	if kind != KindSocket {
		if own, err := reopen(file, flag); err == nil {
			return reopened{ownFile{own}, done}, nil
		}
	}
	return newInheritedFile(file, kind, done)
}

// inherited is a file that does not keep us waiting and that is shared, with its offset, by intent.
type inherited struct {
	ownFile
	flag int
}

// Close leaves the descriptor open, as it is not ours. A written one is duplicated and closed, since some file
// systems report only then that the bytes did not fit.
func (f inherited) Close() error {
	if f.flag != os.O_WRONLY {
		return nil
	}
	return control(f.File, func(fd int) error {
		second, err := duplicate(fd)
		if err != nil {
			return err
		}
		return unix.Close(second)
	})
}

// reopened is our own description of an inherited pipe or terminal.
type reopened struct {
	ownFile
	done func() error
}

func (f reopened) Close() error { return errors.Join(f.ownFile.Close(), f.done()) }

// release lets go of an inherited pipe or socket, so that the process at its other side sees the end now and not only
// when we exit. The descriptor gets the null device: a free number 0 or 1 would soon stand for another file.
func release(file *os.File, flag int) error {
	null, err := os.OpenFile(os.DevNull, flag, 0)
	if err != nil {
		return nil // then the end is seen when we exit
	}
	defer null.Close()
	return control(file, func(fd int) error {
		return control(null, func(nullFD int) error { return unix.Dup2(nullFD, fd) })
	})
}

func isTerminal(file *os.File) (yes bool) {
	control(file, func(fd int) error {
		yes = term.IsTerminal(fd)
		return nil
	})
	return yes
}
