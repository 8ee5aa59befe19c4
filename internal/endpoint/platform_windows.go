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

// openStdio makes the stream of inherited standard input or output. A wait for it ends in its own time.
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

// inherited is a file that is not ours to close.
type inherited struct{ ownFile }

func (f inherited) Close() error { return nil }

// newFIFOReader returns a waiter that does not wait: a named pipe is opened with its peer, or fails.
func newFIFOReader(_ label, file *os.File, _ time.Duration) waiter { return openPipe{file} }

// newFIFOWriter is newFIFOReader for writing.
func newFIFOWriter(l label, path string, _ time.Duration) waiter { return pipeToOpen{l, path} }

// timesOf returns when the file was last read and written.
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

// ownerOf tells nothing here.
func ownerOf(fs.FileInfo) owner { return owner{} }

func setOwner(*os.File, owner) error { return nil }

func isRoot() bool { return false }

func sameDevice(_, _ fs.FileInfo) bool { return false }

func realFolder(path string) (string, error) { return folderOf(path), nil }

// flush has nothing to ask: the file is closed before it gets its name.
func flush(*os.File) error { return nil }

// setTimes sets when file was last read and written.
func setTimes(file *os.File, _ string, accessed, modified time.Time) error {
	read, written := syscall.NsecToFiletime(accessed.UnixNano()), syscall.NsecToFiletime(modified.UnixNano())
	return syscall.SetFileTime(syscall.Handle(file.Fd()), nil, &read, &written)
}

// sameFile reports whether two files are known to be one. A pipe or a device has
// nothing here that tells it from another one, and [os.SameFile] finds all alike.
func sameFile(a, b fs.FileInfo) bool {
	const nameless = fs.ModeNamedPipe | fs.ModeDevice | fs.ModeCharDevice
	return (a.Mode()|b.Mode())&nameless == 0 && os.SameFile(a, b)
}
