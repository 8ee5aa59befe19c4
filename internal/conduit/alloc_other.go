//go:build !linux && !darwin

package conduit

import "fmt"

// most is what a copy may reserve where memory cannot be reserved without being
// used.
const most = 4 << 30

func allocate(size int64) ([]byte, error) {
	if size > most {
		return nil, fmt.Errorf("reserve %d bytes for the marks: want at most %d on this system", size, int64(most))
	}
	return make([]byte, size), nil
}

func release([]byte) error { return nil }
