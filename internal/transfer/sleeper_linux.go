package transfer

import (
	"time"

	"golang.org/x/sys/unix"
)

// asleep is a sleeper in a system call. While a timer of the runtime's is set,
// the runtime waits for descriptors whenever it has nothing to do, and two
// goroutines that hand each other chunks take up to a fifth more of the
// processors.
type asleep struct{ event int }

func newSleeper() sleeper {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return newTimed()
	}
	return asleep{event}
}

func (a asleep) sleep(d time.Duration) bool {
	fds := []unix.PollFd{{Fd: int32(a.event), Events: unix.POLLIN}}
	left := unix.NsecToTimespec(int64(d))
	n, err := unix.Ppoll(fds, &left, nil)
	if err != nil && err != unix.EINTR { // it is refused
		time.Sleep(d)
		n, _ = unix.Read(a.event, make([]byte, 8))
	}
	return n <= 0
}

func (a asleep) wake() {
	one := [8]byte{1}
	_, _ = unix.Write(a.event, one[:]) // there is room for more than one
}

func (a asleep) close() { _ = unix.Close(a.event) }
