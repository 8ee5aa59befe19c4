//go:build unix

package endpoint

import (
	"golang.org/x/sys/unix"
)

// maxDrainReads bounds one call of drain, so that a peer that never stops sending cannot hold us in it.
const maxDrainReads = 64

// drain reads and drops what is there now. It returns false if there may be more.
func drain(conn socket, scratch []byte) (drained bool, err error) {
	err = control(conn, func(fd int) error {
		for range maxDrainReads {
			n, err := unix.Read(fd, scratch)
			switch {
			case err == unix.EINTR:
			case err == unix.EAGAIN || err == nil && n == 0:
				drained = true
				return nil
			case err != nil:
				return err
			}
		}
		return nil
	})
	return drained, err
}
