package transfer

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// shortNap is up to where a wait is left to nap.
const shortNap = 4 * time.Millisecond

// nap waits for d with the exactness of the kernel's timers. The runtime's own
// are rounded up to the next millisecond, and waking from them, or from a
// system call that the runtime knows of, costs several times as much. So this
// call is hidden from the runtime, which may find one of its processors busy
// meanwhile.
func nap(d time.Duration) {
	left := unix.NsecToTimespec(int64(d))
	for {
		_, _, err := unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&left)), uintptr(unsafe.Pointer(&left)), 0)
		if err != unix.EINTR {
			return
		}
	}
}
