package conduit

import (
	"io"

	"golang.org/x/sys/unix"
)

// These are system calls that are made again after a signal. What they have moved is
// never negative.

func splice(from, to int, size int64) (int64, error) {
	for {
		n, err := unix.Splice(from, nil, to, nil, int(size), unix.SPLICE_F_NONBLOCK|unix.SPLICE_F_MOVE)
		if err != unix.EINTR {
			return max(int64(n), 0), err
		}
	}
}

func tee(from, to int, size int64) (int64, error) {
	for {
		n, err := unix.Tee(from, to, int(size), unix.SPLICE_F_NONBLOCK)
		if err != unix.EINTR {
			return max(int64(int(n)), 0), err // on 32 bits the upper half means nothing
		}
	}
}

func write(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Write(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

func read(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

func copyFileRange(from int, at int64, to int, there, size int64) (int64, error) {
	for {
		n, err := unix.CopyFileRange(from, &at, to, &there, int(size), 0)
		if err != unix.EINTR {
			return max(int64(n), 0), err
		}
	}
}

func pread(fd int, p []byte, at int64) (int, error) {
	for {
		n, err := unix.Pread(fd, p, at)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

func pwrite(fd int, p []byte, at int64) (int, error) {
	for {
		n, err := unix.Pwrite(fd, p, at)
		if err == nil && n == 0 {
			err = io.ErrShortWrite
		}
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
