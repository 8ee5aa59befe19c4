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

// A unixListener removes its socket's file when it is closed, unless another
// file has the name by then.
type unixListener struct {
	*net.UnixListener
	file   *socketFile
	closed sync.Once
}

// listenUnix listens at path. It replaces the socket of a listener that has
// died.
func listenUnix(ctx context.Context, config net.ListenConfig, path string) (*unixListener, error) {
	if err := removeStaleSocket(ctx, path); err != nil {
		return nil, err
	}
	listener, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	l := &unixListener{UnixListener: listener.(*net.UnixListener)}
	l.SetUnlinkOnClose(false) // package net would remove whatever has the name
	l.file = openSocketFile(path)
	return l, nil
}

// Close removes the file first and then closes the socket. While the socket is
// open, no other file can get the number of its inode.
func (l *unixListener) Close() error {
	l.closed.Do(l.file.remove)
	return l.UnixListener.Close()
}

// A socketFile is a socket's file, by its name in the open folder. The folder
// may be moved meanwhile.
type socketFile struct {
	folder *folder
	name   string
	made   fileIdentity
}

// openSocketFile notes which socket was made at path. It returns nil if it
// cannot, and then nothing will be removed.
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

// remove removes the file if it is still the same socket.
func (f *socketFile) remove() {
	if f == nil {
		return
	}
	if now, ok := f.folder.socketAt(f.name); ok && now.is(f.made) {
		_ = f.folder.remove(f.name) // if it fails, the next listener removes it as stale
	}
	_ = f.folder.close() // nothing is to be written
}

// removeStaleSocket removes the socket that a listener left behind when it died.
// To find out whether anybody listens, it connects a datagram socket: that fails
// with ECONNREFUSED if nobody does, and a listener does not see it as a client.
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
		return syscall.EADDRINUSE // another listener was faster
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

var errNotSocket = fmt.Errorf("%w and is no socket", fs.ErrExist)

// connectable reports whether a unix:// operand can connect to the socket at
// path. A socket without a name in the file system cannot be connected to, such
// as a descriptor in /proc. A socket for datagrams is of no use here.
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
