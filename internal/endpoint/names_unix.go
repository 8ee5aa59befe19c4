//go:build unix && !aix

package endpoint

import "golang.org/x/sys/unix"

// dontWait is the flag of send(2) and recv(2) for one call that does not wait.
const dontWait = unix.MSG_DONTWAIT

// pollEvents is the type of the events of poll(2).
type pollEvents = int16

// duplicate returns another descriptor with the same open file description.
func duplicate(fd int) (int, error) { return unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0) }
