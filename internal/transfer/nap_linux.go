package transfer

import (
	"time"

	"golang.org/x/sys/unix"
)

// shortNap is up to where a wait is left to nap. The runtime's own timers are
// rounded up to the next millisecond here, and one more.
const shortNap = 2 * time.Millisecond

// nap waits for d with the exactness of the kernel's timers.
func nap(d time.Duration) {
	left := unix.NsecToTimespec(int64(d))
	for unix.Nanosleep(&left, &left) == unix.EINTR {
	}
}
