package evidence

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// activity is what a process does at a moment.
type activity struct {
	status
	state string
	// The descriptors on which a thread waits for bytes in a pipe, and for room.
	reading, writing waiting
	forChild         bool // it waits for another process to end
}

// waiting is a wait in a pipe.
type waiting struct {
	on bool
	fd int // unknownFD if that may not be known
}

const unknownFD = -1

// mostThreads is how many threads of a process are looked at.
const mostThreads = 32

// activity returns what a process does, and false if that is not told. A process with
// several threads runs if one of them does, and waits in every pipe in which one does.
func (p *proc) activity(pid int) (a activity, ok bool) {
	if a.status, ok = p.status(p.of(pid, "stat")); !ok {
		return activity{}, false
	}
	threads := []int{pid}
	if a.threads > 1 {
		threads = p.someNumbers(p.of(pid, "task"), mostThreads)
		threads = threads[:min(len(threads), mostThreads)]
	}
	seen := make(map[string]bool)
	for _, thread := range threads {
		seen[p.thread(&a, pid, thread)] = true
	}
	a.state = Sleeping
	for _, state := range []string{Stopped, Running, InDisk, Writing, Reading} {
		if seen[state] {
			a.state = state
			break
		}
	}
	return a, true
}

// thread returns the state of a thread, and notes in which pipe it waits. Most threads
// of a process do nothing. To find that out takes one file.
func (p *proc) thread(a *activity, pid, thread int) string {
	folder := p.of(pid, "task/"+strconv.Itoa(thread))
	channel := p.word(folder + "/wchan")
	if isIdle(channel) {
		return Sleeping
	}
	s, ok := p.status(folder + "/stat")
	if !ok {
		return ""
	}
	switch s.state {
	case 'R':
		return Running
	case 'D':
		return InDisk
	case 'T', 't':
		return Stopped
	}
	call := parseCall(string(p.read(folder + "/syscall")))
	a.forChild = a.forChild || channel == "do_wait" || call.waitsForChild()
	return a.waitsIn(channel, call)
}

// isIdle reports whether a thread in that wait channel sleeps without a claim on any
// single descriptor.
func isIdle(channel string) bool {
	return strings.HasPrefix(channel, "futex_") || strings.HasSuffix(channel, "_nanosleep") || channel == "ep_poll" ||
		channel == "do_epoll_wait" || strings.HasPrefix(channel, "poll_schedule_timeout")
}

// waitsIn returns the state of a thread that sleeps in a wait channel and a system
// call, each as far as it is told. A wait in a pipe is noted.
func (a *activity) waitsIn(channel string, call call) string {
	switch {
	case strings.HasSuffix(channel, "pipe_read"), channel == "pipe_wait_readable":
		a.reading = waiting{true, call.from()}
		return Reading
	case strings.HasSuffix(channel, "pipe_write"), channel == "pipe_wait_writable":
		a.writing = waiting{true, call.to()}
		return Writing
	case call.reads():
		return Reading
	case call.writes():
		return Writing
	}
	return Sleeping
}

// call is the system call that a thread is in.
type call struct {
	known  bool
	number uint64
	args   [3]int // as descriptors
}

// parseCall parses the file syscall.
func parseCall(text string) call {
	fields := strings.Fields(text)
	if len(fields) < 4 {
		return call{} // it runs, or is in no call
	}
	number, err := strconv.ParseUint(fields[0], 10, 32)
	c := call{known: err == nil, number: number}
	for i := range c.args {
		arg, err := strconv.ParseUint(strings.TrimPrefix(fields[1+i], "0x"), 16, 64)
		c.known = c.known && err == nil
		c.args[i] = int(int32(arg))
	}
	return c
}

func (c call) is(numbers ...uint64) bool {
	for _, n := range numbers {
		if c.known && c.number == n {
			return true
		}
	}
	return false
}

func (c call) reads() bool {
	return c.is(unix.SYS_READ, unix.SYS_READV, unix.SYS_RECVFROM, unix.SYS_RECVMSG)
}

func (c call) writes() bool {
	return c.is(unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_SENDTO, unix.SYS_SENDMSG)
}

func (c call) waitsForChild() bool { return c.is(unix.SYS_WAIT4, unix.SYS_WAITID) }

// from returns the descriptor that the call reads.
func (c call) from() int {
	switch {
	case c.reads(), c.is(unix.SYS_SPLICE, unix.SYS_TEE):
		return c.args[0]
	case c.is(unix.SYS_SENDFILE):
		return c.args[1]
	}
	return unknownFD
}

// to returns the descriptor that the call writes.
func (c call) to() int {
	switch {
	case c.writes(), c.is(unix.SYS_SENDFILE), c.is(unix.SYS_VMSPLICE):
		return c.args[0]
	case c.is(unix.SYS_TEE):
		return c.args[1]
	case c.is(unix.SYS_SPLICE):
		return c.args[2]
	}
	return unknownFD
}
