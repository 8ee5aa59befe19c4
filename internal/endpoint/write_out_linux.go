package endpoint

import "golang.org/x/sys/unix"

// writeOut asks the disk to begin with all that it has not begun with, and waits only where its queue is full. What
// fails will fail again when the file is synced.
func writeOut(s stream) {
	if raw, ok := s.raw(); ok {
		_ = raw.Control(func(fd uintptr) { _ = unix.SyncFileRange(int(fd), 0, 0, unix.SYNC_FILE_RANGE_WRITE) })
	}
}
