package endpoint

import "golang.org/x/sys/unix"

// dontWait is the flag of send(2) and recv(2) for a single call that does not wait.
const dontWait = unix.MSG_NONBLOCK

// pollEvents are those of poll(2).
type pollEvents = uint16

// duplicate makes another descriptor of what fd has open.
func duplicate(fd int) (int, error) { return unix.Dup(fd) }
