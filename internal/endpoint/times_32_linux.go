//go:build 386 || arm || mips || mipsle

package endpoint

import (
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// utimensat64 is the number of the utimensat(2) that takes times of 64 bits.
const utimensat64 = unix.SYS_UTIMENSAT_TIME64

// timesOf returns the times of the last read and the last write. It asks
// statx(2), because the times of fstat(2) have 32 bits and end in 2038. Kernels
// before Linux 4.11 have no statx(2), and no later times either.
func timesOf(file *os.File, info fs.FileInfo) (accessed, modified time.Time) {
	accessed, modified = accessTime(file, info), info.ModTime()
	_ = control(file, func(fd int) error {
		var st unix.Statx_t
		if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH, unix.STATX_ATIME|unix.STATX_MTIME, &st); err != nil {
			return err
		}
		accessed = time.Unix(st.Atime.Sec, int64(st.Atime.Nsec))
		modified = time.Unix(st.Mtime.Sec, int64(st.Mtime.Nsec))
		return nil
	})
	return accessed, modified
}
