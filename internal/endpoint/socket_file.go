package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// A unixListener removes its socket's file when it is closed, unless that is another's by now.
type unixListener struct {
	*net.UnixListener
	file   *socketFile
	closed sync.Once
}

// listenUnix listens at path, where there may be the socket of somebody who is dead.
func listenUnix(ctx context.Context, config net.ListenConfig, path string) (*unixListener, error) {
	if err := removeStaleSocket(ctx, path); err != nil {
		return nil, err
	}
	listener, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	l := &unixListener{UnixListener: listener.(*net.UnixListener)}
	l.SetUnlinkOnClose(false) // it goes by the name
	l.file = openSocketFile(path)
	return l, nil
}

// Close comes after the file is removed: an open socket keeps its inode, so that meanwhile no other file can have the
// same number.
func (l *unixListener) Close() error {
	l.closed.Do(l.file.remove)
	return l.UnixListener.Close()
}

// A socketFile is a socket's file, in the folder that it was made in, which may have another name by now.
type socketFile struct {
	folder *folder
	name   string
	made   fileIdentity
}

// openSocketFile finds out what has just been made at path. It returns nil where it cannot, and then nothing is removed.
func openSocketFile(path string) *socketFile {
	folder, err := openFolder(path, toPlace)
	if err != nil {
		return nil
	}
	f := &socketFile{folder: folder, name: filepath.Base(path)}
	var ok bool
	if f.made, ok = folder.socketAt(f.name); !ok {
		_ = folder.close() // nothing was done in it
		return nil
	}
	return f
}

// remove removes the file if it is still what it was.
func (f *socketFile) remove() {
	if f == nil {
		return
	}
	if now, ok := f.folder.socketAt(f.name); ok && now.is(f.made) {
		_ = f.folder.remove(f.name) // what remains is stale, and the next listener removes it
	}
	_ = f.folder.close() // nothing is to be written
}

// removeStaleSocket removes the socket that a listener left behind when it died. A datagram socket cannot connect to
// a stream socket, so the attempt tells whether there is a listener and does not look like a client to it.
func removeStaleSocket(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSocket == 0 {
		return errNotSocket
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unixgram", path)
	if err == nil {
		conn.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return syscall.EADDRINUSE
	}
	if now, err := os.Lstat(path); err == nil && !os.SameFile(info, now) {
		return syscall.EADDRINUSE // another one was faster
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

var errNotSocket = fmt.Errorf("%w and is no socket", fs.ErrExist)

// connectable reports whether an operand can name the socket at path. One without a name in the file system, such as
// one that another process has open, cannot be connected to, and one for datagrams is of no use here.
func connectable(path string) bool {
	if _, err := filepath.EvalSymlinks(path); err != nil {
		return false
	}
	conn, err := net.Dial("unixgram", path)
	if err == nil {
		conn.Close()
	}
	return err != nil
}
