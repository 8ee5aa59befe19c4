//go:build !linux && !darwin

package conduit

import "math"

// most is the most bytes that a copy may allocate. Here the memory of a large
// mark is used even if nothing is buffered.
const most = min(4<<30, math.MaxInt)

func allocate(size int64) ([]byte, error) {
	if size > most {
		return nil, tooLarge(size, most)
	}
	return make([]byte, size), nil
}

func release([]byte) error { return nil }
