//go:build !linux && !darwin

package conduit

import "math"

// most is what a copy may reserve where memory cannot be reserved without being
// used.
const most = min(4<<30, math.MaxInt)

func allocate(size int64) ([]byte, error) {
	if size > most {
		return nil, tooLarge(size, most)
	}
	return make([]byte, size), nil
}

func release([]byte) error { return nil }
