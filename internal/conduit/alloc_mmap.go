//go:build linux || darwin

package conduit

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// allocate maps memory that is not backed before it is used, so that a large
// mark costs only what is buffered.
func allocate(size int64) ([]byte, error) {
	b, err := unix.Mmap(-1, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("reserve %d bytes for the marks: %w", size, err)
	}
	return b, nil
}

func release(b []byte) error { return unix.Munmap(b) }
