//go:build linux

package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A receiver reads what a copier sends into a pipe or a socket. It does nothing
// else, since what it did would be taken for the copier's.
type receiver struct {
	sender *process
	from   *os.File
	start  time.Time
	buffer [256 * kib]byte
}

// next reads once, or says io.EOF. It reads from the descriptor, in blocking mode:
// waking up by way of Go's poller takes longer.
func (r *receiver) next() (arrival, error) {
	n, err := unix.Read(int(r.from.Fd()), r.buffer[:])
	for err == unix.EINTR {
		n, err = unix.Read(int(r.from.Fd()), r.buffer[:])
	}
	if err == nil && n == 0 {
		err = io.EOF
	}
	return arrival{time.Since(r.start), n}, err
}

// during returns what comes for some time, or until the end if that is sooner.
func (r *receiver) during(howLong time.Duration) (arrivals, error) {
	got := make(arrivals, 0, 1<<20) // enough for all, which takes memory only as it fills
	for end := time.Since(r.start) + howLong; ; {
		one, err := r.next()
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		if got = append(got, one); one.at >= end {
			return got, nil
		}
	}
}

// readAll reads until the end.
func (a *arrivals) readAll(r *receiver) (err error) {
	*a, err = r.during(patience)
	return err
}
