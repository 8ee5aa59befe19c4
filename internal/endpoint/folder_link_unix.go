//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package endpoint

import "golang.org/x/sys/unix"

// link gives a file a second name, which must be free.
func (f *folder) link(old, name string) error { return unix.Linkat(f.fd, old, f.fd, name, 0) }
