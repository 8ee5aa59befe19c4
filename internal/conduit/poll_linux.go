package conduit

import (
	"cmp"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poll is what is known of the ends of a kernel conduit, and how to wait for
// them. The descriptors are not in blocking mode.
type poll struct {
	src, dst, wake int
	fds            [3]unix.PollFd

	dry  bool // the source has nothing, as far as is known
	full bool // the destination takes nothing, as far as is known

	shared bool // the processors are: no wait is hidden from Go's runtime
}

// hiddenMost is up to where a wait is hidden from Go's runtime.
const hiddenMost = 4 * time.Millisecond

// works reports why the ends cannot be waited for, if so: some sandboxes refuse.
func (p *poll) works() error {
	p.fds = [3]unix.PollFd{{Fd: -1}, {Fd: int32(p.src)}, {Fd: int32(p.dst)}}
	if _, err := p.told(0); err != nil && err != unix.EINTR {
		return err
	}
	_, err := readable(p.src)
	return err
}

// Wait implements [Polled]. A short wait is hidden from the runtime, for waking
// from a system call that it knows of costs several times as much. It may find one
// of its processors busy meanwhile; if it wants that one to stop, it interrupts
// the call.
//
// Whatever is waited for, answers are dropped as they come. There is no need to
// look for them between waits: a peer that they stop takes nothing any more, and
// that is waited for.
func (k *Kernel) Wait(in, out bool, d time.Duration) error {
	p := &k.poll
	p.fds = [3]unix.PollFd{{Fd: int32(p.wake), Events: unix.POLLIN}, {Fd: -1}, {Fd: -1}}
	if in {
		p.fds[1] = unix.PollFd{Fd: int32(p.src), Events: unix.POLLIN}
	}
	switch {
	case out:
		p.fds[2] = unix.PollFd{Fd: int32(p.dst), Events: unix.POLLOUT}
	case !k.dst.Regular():
		p.fds[2] = unix.PollFd{Fd: int32(p.dst)} // nothing but that it has gone away
	}
	if k.answers != nil {
		p.fds[2].Fd = int32(p.dst)
		p.fds[2].Events |= unix.POLLIN
	}
	n, err := p.wait(d)
	switch {
	case err == unix.EINTR, err == nil && n == 0:
		return nil // it is for the caller to look
	case err != nil:
		return k.dst.WriteError(fmt.Errorf("wait: %w", err))
	}
	if p.fds[0].Revents != 0 {
		var count [8]byte
		_, _ = unix.Read(p.wake, count[:]) // none there, or at most a wake-up too many
	}
	if p.fds[1].Revents != 0 {
		p.dry = false
	}
	if p.fds[2].Revents&^unix.POLLIN != 0 {
		p.full = false
	}
	return k.hear(p.fds[2].Revents, out)
}

// hear drops what the peer of the destination has said, if it has, and tells
// whether the destination has gone away. If it is to take something, the next
// write tells.
func (k *Kernel) hear(events int16, out bool) error {
	if k.answers != nil && events&^unix.POLLOUT != 0 {
		more, err := k.answers.DropAnswers()
		if err != nil {
			return err
		}
		if !more {
			k.answers = nil
		}
	}
	if out || events&(unix.POLLERR|unix.POLLHUP) == 0 {
		return nil
	}
	return cmp.Or(k.dst.Away(), k.dst.WriteError(unix.EPIPE))
}

// wait polls for d, and says how many descriptors are ready.
func (p *poll) wait(d time.Duration) (int, error) {
	if p.shared || d < 0 || d > hiddenMost {
		return p.told(d)
	}
	n, err := p.hidden(d)
	runtime.Gosched() // or it would find this one to have run too long, and interrupt it
	return n, err
}

// hidden polls without telling the runtime.
func (p *poll) hidden(d time.Duration) (int, error) {
	left := unix.NsecToTimespec(int64(d))
	n, _, err := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&p.fds)), uintptr(len(p.fds)), uintptr(unsafe.Pointer(&left)), 0, 0, 0)
	if err != 0 {
		return 0, err
	}
	return int(n), nil
}

// told polls as an ordinary system call.
func (p *poll) told(d time.Duration) (int, error) {
	var left *unix.Timespec
	if d >= 0 {
		left = new(unix.NsecToTimespec(int64(d)))
	}
	return unix.Ppoll(p.fds[:], left, nil)
}

// Wake implements [Polled].
func (k *Kernel) Wake() {
	one := [8]byte{1}                      // in either byte order it is more than nothing
	_, _ = unix.Write(k.poll.wake, one[:]) // fails only when there are wake-ups enough
}

// Share implements [Polled].
func (k *Kernel) Share() { k.poll.shared = true }

// readable reports whether a read of fd would not wait.
func readable(fd int) (bool, error) {
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, 0)
		if err == nil || err != unix.EINTR {
			return n > 0, err
		}
	}
}
