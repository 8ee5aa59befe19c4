package endpoint

import "errors"

var errNoDescriptor = errors.New("has no descriptor")

// Examine calls look with the descriptor, which stays open meanwhile. Unlike the one
// from SyscallConn it may be shared with other processes, and a call may block: look
// must only ask the kernel about it. Examine fails if there is no descriptor, or none
// any more. Any goroutine may call it.
func (e *end) Examine(look func(fd int)) error {
	e.mu.Lock()
	s := e.stream
	e.mu.Unlock()
	switch s := s.(type) {
	case nil:
		return e.fail("examine", errNoDescriptor)
	case interface{ control(func(fd int)) error }:
		return s.control(look)
	}
	raw, ok := s.raw()
	if !ok {
		return e.fail("examine", errNoDescriptor)
	}
	return raw.Control(func(fd uintptr) { look(int(fd)) })
}
