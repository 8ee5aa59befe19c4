//go:build linux || darwin

package conduit

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// allocate maps memory. The kernel backs a page when it is first used, so a
// large mark costs only the bytes that are buffered.
func allocate(size int64) ([]byte, error) {
	if size > math.MaxInt {
		return nil, tooLarge(size, math.MaxInt)
	}
	b, err := unix.Mmap(-1, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("reserve %d bytes for the marks: %w; want lower marks or smaller chunks", size, err)
	}
	return b, nil
}

func release(b []byte) error {
	if err := unix.Munmap(b); err != nil {
		return fmt.Errorf("release the memory between source and destination: %w", err)
	}
	return nil
}
