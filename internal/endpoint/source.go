package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"bpcopy/internal/side"
)

// SourceOptions says how to open a source. The zero value reads os.Stdin for
// "-" and waits without limit.
type SourceOptions struct {
	Stdin   *os.File // what "-" means, os.Stdin if nil
	Size    int64    // least number of bytes that the source must give; 0 means any
	StopAt  *int64   // number of bytes that will be read, and must be there; nil means all
	Skip    int64    // number of bytes of a file or a disk to leave out at first
	Headers []Header // of a request over HTTP
	PeerOptions
}

// Source is an opened source.
type Source struct {
	end
	base      string      // the name of a copy in a directory, or ""
	file      *os.File    // nil for a connection that was made here
	isNamed   bool        // it was opened by a path that is not a descriptor's
	info      fs.FileInfo // nil for a connection that was made here
	accessed  time.Time   // before the first read
	modified  time.Time
	size      int64
	sizeKnown bool
	promise   promise
}

// OpenSource opens o as far as that needs no peer. When it returns, files are
// open and listeners listen.
func OpenSource(ctx context.Context, o Operand, opts SourceOptions) (*Source, error) {
	s := &Source{end: end{label: label{side.Source, o.text}, name: o.Name()}}
	err := s.open(ctx, o, opts)
	if err == nil {
		err = s.skip(opts.Skip)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.expect(opts)
	return s, nil
}

func (s *Source) open(ctx context.Context, o Operand, opts SourceOptions) error {
	switch o.scheme {
	case Stdio:
		return s.openStdin(opts.Stdin)
	case Path:
		return s.openPath(o.address, opts)
	case HTTP:
		s.openHTTP(o, opts)
		return nil
	}
	if opts.Skip > 0 { // before it listens
		s.kind = KindSocket
		return s.cannotSkip(opts.Skip)
	}
	return s.openSocket(ctx, o, incoming, opts.PeerOptions)
}

func (s *Source) openStdin(stdin *os.File) error {
	if stdin == nil {
		stdin = os.Stdin
	}
	s.name = "stdin"
	if isClosed(stdin) {
		return s.failHint("read", errStdinClosed, "to copy nothing, give /dev/null as the source")
	}
	return s.openInherited(stdin)
}

// openInherited takes a file that another process has opened. It is read from
// its current position.
func (s *Source) openInherited(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return s.fail("open", err)
	}
	if info.IsDir() {
		return s.fail("open", syscall.EISDIR)
	}
	s.describe(file, info)
	if offset, err := file.Seek(0, io.SeekCurrent); err == nil {
		if s.kind == KindBlockDevice {
			if err := s.measure(file); err != nil {
				return err
			}
		}
		s.size = max(0, s.size-offset)
		s.promise.file = file
	}
	s.stream, err = openStdio(file, s.kind, os.O_RDONLY)
	return s.fail("open", err)
}

var errStdinClosed = errors.New("standard input is closed")

// openDescriptor opens a descriptor whose path was given.
func (s *Source) openDescriptor(at landing) error {
	file, err := descriptorFile(at.descriptor, at.path, os.O_RDONLY)
	if err != nil {
		return s.fail("open", err)
	}
	return s.openInherited(file)
}

func (s *Source) openPath(path string, opts SourceOptions) error {
	if at, err := land(path, ""); err == nil && at.descriptor != noDescriptor {
		s.base = filepath.Base(path)
		return s.openDescriptor(at)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return s.fail("open", err)
	case info.IsDir():
		return s.fail("open", syscall.EISDIR)
	case info.Mode()&fs.ModeSocket != 0:
		return s.failHint("open", errIsSocket, connectHint(path))
	}
	if s.kind = kindOf(info.Mode()); opts.Skip > 0 && !s.OnDisk() {
		return s.cannotSkip(opts.Skip) // before a writer sees a reader come and go
	}
	flags := os.O_RDONLY | openNoCTTY
	if s.kind == KindPipe {
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
	s.base, s.isNamed = filepath.Base(path), true
	s.describe(file, info)
	if s.kind == KindPipe {
		s.waiter = newFIFOReader(s.label, file, opts.AcceptTimeout)
		return nil
	}
	s.stream = ownFile{file}
	s.promise.file = file
	if s.kind == KindBlockDevice {
		err = s.measure(file)
	}
	return err
}

// measure finds the size of a disk by seeking, because stat(2) does not tell
// it. It restores the position.
func (s *Source) measure(disk *os.File) error {
	stands, err := disk.Seek(0, io.SeekCurrent)
	if err == nil {
		s.size, err = disk.Seek(0, io.SeekEnd)
	}
	if err == nil {
		s.sizeKnown = true
		_, err = disk.Seek(stands, io.SeekStart)
	}
	return s.fail("open", err)
}

// describe notes what the file is. The size of a pseudo file, such as those in
// /proc, counts as unknown.
func (s *Source) describe(file *os.File, info fs.FileInfo) {
	s.file, s.info, s.kind = file, info, kindOf(info.Mode())
	s.accessed, s.modified = timesOf(file, info)
	if s.kind == KindRegular {
		s.size, s.sizeKnown = info.Size(), !onPseudoFileSystem(file)
	}
}

// newFilePerm returns the permissions of a new file before the umask. As with
// cp, they are the source's. So nobody may read the copy who may not read the
// source, and a program stays a program.
func (s *Source) newFilePerm() (fs.FileMode, error) {
	if !s.isNamed {
		return 0o666, nil
	}
	perm, err := permOfFile(byDescriptor{s.file}, s.info.Mode())
	return perm, s.fail("read the ACL of", err)
}

// metadata returns the metadata that --preserve keeps.
func (s *Source) metadata() (*metadata, error) {
	if s.info == nil || !s.isNamed && s.kind != KindRegular {
		return nil, &UsageError{text: fmt.Sprintf("--preserve needs a file as source, not %q", s.operand)}
	}
	m, err := metadataOf(s.info, byDescriptor{s.file})
	if err != nil {
		return nil, err
	}
	m.accessed, m.modified = s.accessed, s.modified
	return m, nil
}

var errIsSocket = errors.New("is a socket")

// connectHint says how to connect to the socket at path, or returns "" if that
// is not possible.
func connectHint(path string) string {
	if !connectable(path) {
		return ""
	}
	return fmt.Sprintf("to connect to it, write %q", "unix://"+path)
}

// Size returns how many bytes will come, if that is known. It is known of a
// disk and of a regular file, also if that is standard input, read from its
// current position. If fewer bytes come, Read fails at the end. A file that
// grows is read to its new end.
func (s *Source) Size() (int64, bool) { return s.size, s.sizeKnown }

// Read reads once, up to len(p) bytes. It waits for the first byte only. At the
// end it returns io.EOF.
func (s *Source) Read(p []byte) (int, error) {
	stream, err := s.opened()
	if err != nil {
		return 0, err
	}
	n, err := stream.Read(p)
	s.Took(int64(n))
	if err == io.EOF {
		return n, cmp.Or(s.short(), err)
	}
	return n, s.ReadError(err)
}

// ReadError turns an error of reading the descriptor from SyscallConn into one
// of the source. Nil and io.EOF stay.
func (s *Source) ReadError(err error) error {
	switch {
	case err == nil || err == io.EOF:
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.Canceled // only Cancel sets a deadline
	default:
		return s.fail("read", err)
	}
}

// Close closes the source. It is idempotent.
func (s *Source) Close() error { return s.fail("close", s.close()) }
