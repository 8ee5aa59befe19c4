//go:build unix && !linux

package endpoint

import (
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// setTimes sets the times of the last read and the last write of the file at
// path. It does not use [os.Chtimes], which counts nanoseconds in 64 bits and
// so ends in 2262.
func setTimes(_ *os.File, path string, accessed, modified time.Time) error {
	var times [2]unix.Timespec
	for i, t := range []time.Time{accessed, modified} {
		var err error
		if times[i], err = unix.TimeToTimespec(t); err != nil {
			return err
		}
	}
	return unix.UtimesNanoAt(unix.AT_FDCWD, path, times[:], 0)
}

// timesOf returns the times of the last read and the last write.
func timesOf(file *os.File, info fs.FileInfo) (accessed, modified time.Time) {
	return accessTime(file, info), info.ModTime()
}
