package proxy

import "syscall"

// prepare sets the sizes that are wanted, of a socket that is yet to connect or
// to listen.
func (b Buffers) prepare(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) { failed = b.set(fd) })
	if err != nil {
		return err
	}
	return failed
}
