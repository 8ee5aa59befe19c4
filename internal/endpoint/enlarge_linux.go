package endpoint

import "golang.org/x/sys/unix"

// pipeSize is the size that a pipe is enlarged to. It is the kernel's default
// limit for ordinary users. With the usual 64 KiB, the two processes would wake
// each other for every 64 KiB.
const pipeSize = 1 << 20

// enlarge makes a pipe as large as the kernel grants, up to pipeSize, and never
// smaller. A refusal costs nothing but speed.
func enlarge(s stream) {
	raw, ok := s.raw()
	if !ok {
		return
	}
	raw.Control(func(fd uintptr) {
		now, err := unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0)
		for size := pipeSize; err == nil && size > now; size /= 2 {
			if _, err := unix.FcntlInt(fd, unix.F_SETPIPE_SZ, size); err == nil {
				return
			}
		}
	})
}
