package endpoint

import "golang.org/x/sys/unix"

// pipeSize is what a pipe is enlarged to: the kernel's limit for everybody, if
// the administrator has not set another. Processes at a small pipe wake each
// other for every 64 KiB.
const pipeSize = 1 << 20

// enlarge makes a pipe hold as much as we are granted, up to pipeSize. It never
// makes one smaller, and a refusal costs nothing but speed.
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
