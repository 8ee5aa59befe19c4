package endpoint

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// SourceOptions says how to open a source. The zero value reads os.Stdin for "-" and waits without limit.
type SourceOptions struct {
	Stdin *os.File // what "-" means, os.Stdin if nil
	PeerOptions
}

// Source is an opened source.
type Source struct {
	end
	base      string      // the name that a directory gives to a copy, or ""
	info      fs.FileInfo // nil for a socket of ours
	accessed  time.Time   // of a regular file, before we read it
	size      int64
	sizeKnown bool
	change    changeWatch
}

// OpenSource opens o as far as that needs no peer: files and listeners are open when it returns.
func OpenSource(ctx context.Context, o Operand, opts SourceOptions) (*Source, error) {
	s := &Source{end: end{label: label{SourceSide, o.text}, name: o.Name()}}
	var err error
	switch o.scheme {
	case Stdio:
		err = s.openStdin(opts.Stdin)
	case Path:
		err = s.openPath(o.address, opts.AcceptTimeout)
	default:
		err = s.openSocket(ctx, o, opts.PeerOptions)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *Source) openStdin(stdin *os.File) error {
	if stdin == nil {
		stdin = os.Stdin
	}
	s.name = "stdin"
	if isClosed(stdin) {
		return s.failHint("read", errStdinClosed, "to copy nothing, give /dev/null as the source")
	}
	info, err := stdin.Stat()
	if err != nil {
		return s.fail("open", err)
	}
	if info.IsDir() {
		return s.fail("open", syscall.EISDIR)
	}
	s.describe(stdin, info)
	if offset, err := stdin.Seek(0, io.SeekCurrent); err == nil {
		s.size = max(0, s.size-offset)
		s.watchChange(stdin, offset)
	}
	s.stream, err = openStdio(stdin, s.kind, os.O_RDONLY)
	return s.fail("open", err)
}

var errStdinClosed = errors.New("standard input is closed")

func (s *Source) openPath(path string, acceptTimeout time.Duration) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return s.fail("open", err)
	case info.IsDir():
		return s.fail("open", syscall.EISDIR)
	case info.Mode()&fs.ModeSocket != 0:
		return s.failHint("open", errIsSocket, connectHint(path))
	}
	flags := os.O_RDONLY | openNoCTTY
	if kindOf(info.Mode()) == KindPipe {
		flags |= openNonBlock // or open(2) itself would wait for a writer
	}
	file, err := os.OpenFile(path, flags, 0)
	if err != nil {
		return s.fail("open", err)
	}
	if info, err = file.Stat(); err != nil {
		file.Close()
		return s.fail("open", err)
	}
	s.base = filepath.Base(path)
	s.describe(file, info)
	if s.kind == KindPipe {
		s.waiter = newFIFOReader(s.label, file, acceptTimeout)
		return nil
	}
	s.stream = ownFile{file}
	s.watchChange(file, 0)
	if s.kind == KindBlockDevice {
		err = s.measure(file)
	}
	return err
}

// measure finds the size of a disk, which its file information does not tell.
func (s *Source) measure(disk *os.File) error {
	size, err := disk.Seek(0, io.SeekEnd)
	if err == nil {
		s.size, s.sizeKnown = size, true
		_, err = disk.Seek(0, io.SeekStart)
	}
	return s.fail("open", err)
}

// describe records what the file is. The size of a pseudo file, such as those in /proc, is not to be believed.
func (s *Source) describe(file *os.File, info fs.FileInfo) {
	s.info, s.kind = info, kindOf(info.Mode())
	if s.kind == KindRegular {
		s.accessed = accessTime(file, info)
		s.size, s.sizeKnown = info.Size(), !onPseudoFileSystem(file)
	}
}

var errIsSocket = errors.New("is a socket")

func connectHint(path string) string {
	return `to connect to it, write "unix://` + path + `"`
}

// Size returns how many bytes will come, where that can be known: from a regular file (standard input may be one, read
// from where it stands) and from a disk. Should the file change meanwhile, Read fails.
func (s *Source) Size() (int64, bool) { return s.size, s.sizeKnown }

// Read reads once: what is there now, up to len(p) bytes, or io.EOF at the end.
func (s *Source) Read(p []byte) (int, error) {
	stream, err := s.opened()
	if err != nil {
		return 0, err
	}
	n, err := stream.Read(p)
	switch err {
	case nil:
		return n, s.Took(int64(n))
	case io.EOF:
		return n, cmp.Or(s.changed(), err)
	}
	return n, s.ReadError(err)
}

// ReadError says what err means when it was met while reading the descriptor from SyscallConn; nil and io.EOF stay.
func (s *Source) ReadError(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.Canceled // nothing but Cancel sets a deadline
	default:
		return s.fail("read", err)
	}
}

// Close closes the source. It is idempotent.
func (s *Source) Close() error { return s.fail("close", s.close()) }
