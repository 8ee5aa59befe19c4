package transfer

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// shortNap is up to where a wait is left to nap.
const shortNap = 4 * time.Millisecond

// nap waits for d, or less if a signal comes, with the exactness of the kernel's
// timers. The runtime's own are rounded up to the next millisecond, and waking from
// them, or from a system call that the runtime knows of, costs several times as
// much. So this call is hidden from the runtime, which may find one of its
// processors busy meanwhile.
//
// It must not go on after a signal. The runtime itself sends some, one after the
// other, to a goroutine that it wants to stop, and nothing else goes on until that
// has left the call. What the kernel says is left is up to 50 µs too much each time,
// so it would become more and more.
func nap(d time.Duration) {
	left := unix.NsecToTimespec(int64(d))
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&left)), 0, 0)
}
