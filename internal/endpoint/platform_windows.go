package endpoint

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

const (
	openNoCTTY   = 0
	openNonBlock = 0
)

// openStdio returns the stream of inherited standard input or output. A wait
// for it cannot be cancelled.
func openStdio(file *os.File, _ Kind, _ int) (stream, error) { return inherited{ownFile{file}}, nil }

type openPipe struct{ file *os.File }

func (p openPipe) wait(context.Context) (stream, error) { return ownFile{p.file}, nil }
func (p openPipe) close() error                         { return p.file.Close() }

type pipeToOpen struct {
	label
	path string
}

func (p pipeToOpen) wait(context.Context) (stream, error) {
	file, err := os.OpenFile(p.path, os.O_WRONLY, 0)
	if err != nil {
		return nil, p.fail("open", err)
	}
	return ownFile{file}, nil
}

func (p pipeToOpen) close() error { return nil }

// inherited is a file that another process opened, and that Close leaves open.
type inherited struct{ ownFile }

func (f inherited) Close() error { return nil }

// newFIFOReader returns a waiter that does not wait. To open a named pipe
// without a peer fails.
func newFIFOReader(_ label, file *os.File, _ time.Duration) waiter { return openPipe{file} }

// newFIFOWriter is newFIFOReader for writing.
func newFIFOWriter(l label, path string, _ time.Duration) waiter { return pipeToOpen{l, path} }

// timesOf returns the times of the last read and the last write.
func timesOf(_ *os.File, info fs.FileInfo) (accessed, modified time.Time) {
	accessed, modified = info.ModTime(), info.ModTime()
	if attributes, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		accessed = time.Unix(0, attributes.LastAccessTime.Nanoseconds())
	}
	return accessed, modified
}

func isBrokenPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

func isAppending(*os.File) bool { return false }

// ownerOf returns no owner: bpcopy does not keep owners here.
func ownerOf(fs.FileInfo) owner { return owner{} }

func setOwner(*os.File, owner) error { return nil }

func isRoot() bool { return false }

func sameDevice(_, _ fs.FileInfo) bool { return false }

func realFolder(path string) (string, error) { return folderOf(path), nil }

// flush does nothing, because the file is closed before it gets its name.
func flush(*os.File) error { return nil }

// setTimes sets the times of the last read and the last write.
func setTimes(file *os.File, _ string, accessed, modified time.Time) error {
	read, written := syscall.NsecToFiletime(accessed.UnixNano()), syscall.NsecToFiletime(modified.UnixNano())
	return syscall.SetFileTime(syscall.Handle(file.Fd()), nil, &read, &written)
}

// sameFile reports whether a and b are known to describe the same file. Windows
// has no identity for pipes and devices, and for [os.SameFile] all are the
// same.
func sameFile(a, b fs.FileInfo) bool {
	const nameless = fs.ModeNamedPipe | fs.ModeDevice | fs.ModeCharDevice
	return (a.Mode()|b.Mode())&nameless == 0 && os.SameFile(a, b)
}
