package pipes

import (
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

// Enlarge makes a pipe hold size bytes, or as many as the kernel grants, and returns
// how many it holds. It never makes the pipe smaller than it was.
func Enlarge(fd, size int) int {
	was, err := unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		return 0
	}
	for ; size > was; size /= 2 {
		if !leavesRoom(size) { // it is asked first: a pipe with bytes in it cannot be made smaller again
			continue
		}
		if now, err := unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, size); err == nil {
			return now
		}
	}
	return was
}

// reserve is how many pipes of the largest size the user may have besides: that is 64
// ordinary ones, a sixteenth of what the kernel grants one user unless told otherwise.
const reserve = 4

// leavesRoom reports whether the user may have a pipe of that size and some more.
// Beyond a limit for all pipes of one user (/proc/sys/fs/pipe-user-pages-soft), the
// kernel makes new ones with room for two pages. Nothing tells how much of that is used
// up, but beyond it no pipe can be enlarged either.
func leavesRoom(size int) bool {
	if isUnlimited() {
		return true
	}
	for _, size := range append(slices.Repeat([]int{Largest}, reserve), size) {
		var ends [2]int
		if unix.Pipe2(ends[:], unix.O_CLOEXEC) != nil {
			return false
		}
		defer unix.Close(ends[0])
		defer unix.Close(ends[1])
		if _, err := unix.FcntlInt(uintptr(ends[0]), unix.F_SETPIPE_SZ, size); err != nil {
			return false
		}
	}
	return true
}

// isUnlimited reports whether the limit is not for this process.
var isUnlimited = sync.OnceValue(func() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	const either = 1<<unix.CAP_SYS_RESOURCE | 1<<unix.CAP_SYS_ADMIN
	return unix.Capget(&header, &sets[0]) == nil && sets[0].Effective&either != 0
})
