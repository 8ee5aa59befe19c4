package endpoint

import (
	"math/bits"

	"bpcopy/internal/pipes"
)

// enlarge makes a pipe as large as a copy profits from. With the usual 64 KiB, the two
// processes would wake each other for every 64 KiB. Under a rate, in bytes per second,
// the pipe need not hold more than passes in a fiftieth of a second. A refusal costs
// nothing but speed.
func enlarge(s stream, rate int64) {
	size := pipes.Largest
	if rate > 0 {
		size = int(min(int64(size), 1<<bits.Len64(uint64(rate/50))))
	}
	if raw, ok := s.raw(); ok {
		raw.Control(func(fd uintptr) { pipes.Enlarge(int(fd), size) })
	}
}
