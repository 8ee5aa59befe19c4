package endpoint

import (
	"errors"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A kernelTime is a time as the kernel has it, with 64 bits on every processor.
type kernelTime struct{ seconds, nanoseconds int64 }

func kernelTimeOf(t time.Time) kernelTime {
	return kernelTime{t.Unix(), int64(t.Nanosecond())}
}

// setTimes sets the times of the last read and the last write.
func setTimes(file *os.File, _ string, accessed, modified time.Time) error {
	times := [2]kernelTime{kernelTimeOf(accessed), kernelTimeOf(modified)}
	return control(file, func(fd int) error {
		err := utimensat(utimensat64, fd, unsafe.Pointer(&times))
		if errors.Is(err, unix.ENOSYS) && utimensat64 != unix.SYS_UTIMENSAT {
			return setNarrowTimes(fd, accessed, modified)
		}
		return err
	})
}

// setNarrowTimes is setTimes for kernels before Linux 5.1 on a 32-bit
// processor. Their times have 32 bits. It refuses a time that does not fit.
func setNarrowTimes(fd int, accessed, modified time.Time) error {
	var times [2]unix.Timespec
	for i, t := range []time.Time{accessed, modified} {
		var err error
		if times[i], err = unix.TimeToTimespec(t); err != nil {
			return err
		}
	}
	return utimensat(unix.SYS_UTIMENSAT, fd, unsafe.Pointer(&times))
}

func utimensat(number uintptr, fd int, times unsafe.Pointer) error {
	if _, _, errno := unix.Syscall6(number, uintptr(fd), 0, uintptr(times), 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}
