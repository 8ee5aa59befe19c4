//go:build unix

package endpoint

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// openStdio returns the stream of an inherited file. The flag is os.O_RDONLY or
// os.O_WRONLY.
//
// A call on a pipe or a terminal may wait. So they are opened again if the
// system allows that: the new open file description belongs to this process
// alone and may be non-blocking. Otherwise, and if it is a socket, the
// descriptor is polled before each call.
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

// inherited is a file on which no call waits. Its offset is shared with other
// processes on purpose.
type inherited struct {
	ownFile
	flag int
}

// Close leaves the descriptor open. If it was written to, Close closes a
// duplicate, because some file systems report only at a close that the bytes
// did not fit.
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

// reopened is an inherited pipe or terminal that was opened again.
type reopened struct {
	ownFile
	done func() error
}

func (f reopened) Close() error { return errors.Join(f.ownFile.Close(), f.done()) }

// release closes an inherited pipe or socket, so that the process at its other
// side sees the end now and not when this process exits. It puts the null
// device there, because another file might get the number 0 or 1.
func release(file *os.File, flag int) error {
	null, err := os.OpenFile(os.DevNull, flag, 0)
	if err != nil {
		return nil // the other side sees the end when this process exits
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
