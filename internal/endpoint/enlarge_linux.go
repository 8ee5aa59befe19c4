package endpoint

import "bpcopy/internal/pipes"

// enlarge makes a pipe hold size bytes, if it holds less. A refusal costs nothing but
// speed.
func enlarge(s stream, size int) {
	if raw, ok := s.raw(); ok {
		raw.Control(func(fd uintptr) { pipes.Enlarge(int(fd), min(size, pipes.Largest)) })
	}
}
