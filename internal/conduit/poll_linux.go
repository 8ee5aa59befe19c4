package conduit

import (
	"cmp"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// poll waits for the source and the destination of a kernel conduit, and notes
// which of them is ready. The descriptors are not in blocking mode.
type poll struct {
	src, dst, wake int
	fds            [3]unix.PollFd

	dry  bool // the last read found nothing, and nothing is known to have come
	full bool // the last write found no room, and none is known to be there

	shared bool // the processors are: no wait is hidden from Go's runtime
}

// hiddenMost is the longest wait that is hidden from Go's runtime.
const hiddenMost = 4 * time.Millisecond

// works returns an error if the descriptors cannot be polled. Some sandboxes
// refuse that.
func (p *poll) works() error {
	p.fds = [3]unix.PollFd{{Fd: -1}, {Fd: int32(p.src)}, {Fd: int32(p.dst)}}
	if _, err := p.told(0); err != nil && err != unix.EINTR {
		return err
	}
	_, err := readable(p.src)
	return err
}

// Wait implements [Polled]. A short wait is hidden from the runtime, because
// waking from a system call that the runtime knows of costs several times as
// much. Meanwhile the runtime takes this processor for a busy one. If it wants
// the processor, it interrupts the call.
//
// Every Wait drops the answers of the peer as they come. Nobody has to look for
// answers between waits: if they stop the peer, it takes no more bytes, and
// then there is a Wait for it.
func (k *Kernel) Wait(in, out bool, d time.Duration) error {
	if out && k.poll.full {
		if nap := k.reader.nap(); nap > 0 {
			return k.nap(in, nap, d)
		}
	}
	if !in || out || k.writer.room == 0 {
		return k.wait(in, out, d)
	}
	if lull := k.writer.lull(); lull > 0 && (d < 0 || d > lull) {
		k.poll.dry = false
		return k.wait(false, false, lull)
	}
	err := k.wait(true, false, d)
	k.writer.comes(!k.poll.dry)
	return err
}

// nap waits for the consumer to take some of what is in its pipe, at most for d.
// Nobody waits for what the source has meanwhile.
func (k *Kernel) nap(in bool, nap, d time.Duration) error {
	short := nap
	if d >= 0 {
		short = min(nap, d)
	}
	if err := k.wait(false, false, short); err != nil {
		return err
	}
	if in {
		k.poll.dry = false
	}
	if k.reader.wakes(nap) {
		k.poll.full = false
	}
	return nil
}

// wait is Wait without naps.
func (k *Kernel) wait(in, out bool, d time.Duration) error {
	p := &k.poll
	p.fds = [3]unix.PollFd{{Fd: int32(p.wake), Events: unix.POLLIN}, {Fd: -1}, {Fd: -1}}
	if in {
		p.fds[1] = unix.PollFd{Fd: int32(p.src), Events: unix.POLLIN}
	}
	switch {
	case out:
		p.fds[2] = unix.PollFd{Fd: int32(p.dst), Events: unix.POLLOUT}
	case !k.dst.Regular():
		p.fds[2] = unix.PollFd{Fd: int32(p.dst)} // tells only that it has gone away
	}
	if k.answers != nil {
		p.fds[2].Fd = int32(p.dst)
		p.fds[2].Events |= unix.POLLIN
	}
	n, err := p.wait(d)
	switch {
	case err == unix.EINTR, err == nil && n == 0:
		return nil // the caller looks again
	case err != nil:
		return k.dst.WriteError(fmt.Errorf("wait: %w", err))
	}
	if p.fds[0].Revents != 0 {
		var count [8]byte
		_, _ = unix.Read(p.wake, count[:]) // if it fails, the next Wait returns early
	}
	if p.fds[1].Revents != 0 {
		p.dry = false
	}
	if p.fds[2].Revents&^unix.POLLIN != 0 {
		p.full = false
		k.reader.stirs()
	}
	return k.hear(p.fds[2].Revents, out)
}

// hear drops the answers of the destination's peer. If out is false, it returns
// an error if the destination has gone away. If out is true, the next write
// returns that error.
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

// wait polls for at most d and returns how many descriptors are ready.
func (p *poll) wait(d time.Duration) (int, error) {
	if p.shared || d < 0 || d > hiddenMost {
		return p.told(d)
	}
	n, err := p.hidden(d)
	runtime.Gosched() // or the runtime would find that this goroutine ran too long
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
	one := [8]byte{1}                      // above zero in either byte order
	_, _ = unix.Write(k.poll.wake, one[:]) // fails only if a wake-up is there already
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
