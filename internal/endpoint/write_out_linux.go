package endpoint

import "golang.org/x/sys/unix"

// writeOut makes the kernel begin to write all bytes of the file to the disk.
// It waits only if the disk's queue is full. An error is ignored here, because
// the sync will report it.
func writeOut(s stream) {
	if raw, ok := s.raw(); ok {
		_ = raw.Control(func(fd uintptr) { _ = unix.SyncFileRange(int(fd), 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
	}
}
