package loop

import (
	"container/heap"
	"fmt"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Events says what has become of a descriptor.
type Events uint32

// The events. A descriptor may have several at once.
const (
	Readable Events = unix.EPOLLIN    // bytes, a connection or an end have come
	Writable Events = unix.EPOLLOUT   // there is room
	Ending   Events = unix.EPOLLRDHUP // the peer has ended its side
	HungUp   Events = unix.EPOLLHUP   // both sides are over
	Broken   Events = unix.EPOLLERR   // the connection is broken
)

// Has reports whether one of some events is among them.
func (e Events) Has(some Events) bool { return e&some != 0 }

// Watcher is told of the events of a descriptor, by the goroutine of the loop.
type Watcher interface {
	// Ready tells that something has changed. It is told once: nothing more is
	// said of bytes that are not read then.
	Ready(Events)
}

// Watch is a descriptor that a loop waits for.
type Watch struct{ index int32 }

// A Loop belongs to the goroutine that calls [Loop.Run], and so do all methods
// but Post and Stop.
type Loop struct {
	poll, event int
	slots       []slot
	free        []int32 // indices of slots that are not in use
	events      []unix.EpollEvent
	ready       []*Job
	times       schedule
	left        kernelTimespec // of a wait

	mu      sync.Mutex // guards what follows
	posts   []func()
	told    bool // event is set
	stopped bool
	closed  bool
}

// kernelTimespec is the time of newer system calls: it has 64 bits on every processor,
// unlike unix.Timespec.
type kernelTimespec struct {
	seconds     int64
	nanoseconds int64
}

// slot is where a watcher is kept. What an event has of it is its index and its
// generation: the descriptor may be another one by then.
type slot struct {
	watcher    Watcher
	generation int32
}

// atOnce is how many events are taken from the kernel at once.
const atOnce = 256

// New returns a loop. It must be run, or closed.
func New() (*Loop, error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make an epoll descriptor: %w", err)
	}
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(poll) // nothing is in it
		return nil, fmt.Errorf("make an eventfd: %w", err)
	}
	l := &Loop{poll: poll, event: event, events: make([]unix.EpollEvent, atOnce)}
	if _, err := l.Add(event, posted{l}); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close frees the loop. It must not run any more.
func (l *Loop) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	_ = unix.Close(l.poll) // both hold nothing
	_ = unix.Close(l.event)
}

// Add waits for a descriptor that is not in blocking mode. What is so already is
// told, too.
func (l *Loop) Add(fd int, w Watcher) (Watch, error) {
	if len(l.free) == 0 {
		l.free = append(l.free, int32(len(l.slots)))
		l.slots = append(l.slots, slot{})
	}
	index := l.free[len(l.free)-1]
	s := &l.slots[index]
	const all = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET&(1<<32-1)
	event := unix.EpollEvent{Events: all, Fd: index, Pad: s.generation}
	if err := unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
		return Watch{}, fmt.Errorf("wait for a descriptor: %w", err)
	}
	s.watcher = w
	l.free = l.free[:len(l.free)-1]
	return Watch{index}, nil
}

// Remove waits no more for a descriptor, which is about to be closed. The
// descriptor must be the only one of its file.
func (l *Loop) Remove(w Watch) {
	s := &l.slots[w.index]
	s.watcher, s.generation = nil, s.generation+1
	l.free = append(l.free, w.index)
}

// Run serves what it waits for until Stop is called.
func (l *Loop) Run() {
	for !l.isStopped() {
		n := l.wait()
		for _, e := range l.events[:n] {
			if s := l.slots[e.Fd]; s.watcher != nil && s.generation == e.Pad {
				s.watcher.Ready(Events(e.Events))
			}
		}
		l.runDue()
		l.runReady()
	}
}

func (l *Loop) isStopped() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stopped
}

// wait waits for events, and returns how many there are.
func (l *Loop) wait() int {
	left := time.Duration(-1)
	switch {
	case len(l.ready) > 0:
		left = 0
	case len(l.times) > 0:
		left = max(0, time.Until(l.times[0].at))
	}
	var until *kernelTimespec
	if left >= 0 {
		l.left = kernelTimespec{int64(left / time.Second), int64(left % time.Second)}
		until = &l.left
	}
	n, _, err := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(l.poll), uintptr(unsafe.Pointer(&l.events[0])), atOnce,
		uintptr(unsafe.Pointer(until)), 0, 0)
	switch err {
	case 0:
		return int(n)
	case unix.EINTR:
		return 0
	}
	// An older kernel, or a sandbox: only milliseconds then.
	millis := -1
	if left >= 0 {
		millis = int((left + time.Millisecond - 1) / time.Millisecond)
	}
	ready, failed := unix.EpollWait(l.poll, l.events, millis)
	if failed != nil {
		return 0
	}
	return ready
}

// Post makes the loop call do, unless it is stopped. Any goroutine may call it.
func (l *Loop) Post(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posts = append(l.posts, do)
	l.tell()
}

// Stop makes Run return. Any goroutine may call it.
func (l *Loop) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.tell()
}

// tell wakes the loop up. The lock is held.
func (l *Loop) tell() {
	if l.told || l.closed {
		return
	}
	l.told = true
	one := [8]byte{1}                  // above zero in either byte order
	_, _ = unix.Write(l.event, one[:]) // there is room
}

// posted does what was posted.
type posted struct{ *Loop }

// Ready implements [Watcher].
func (l posted) Ready(Events) {
	var count [8]byte
	_, _ = unix.Read(l.event, count[:]) // if it fails, the loop looks once more
	l.mu.Lock()
	posts := l.posts
	l.posts, l.told = nil, false
	l.mu.Unlock()
	for _, do := range posts {
		do()
	}
}

// A Job is something that a loop is to do. Its zero value, with Do, is one that
// is not to be done yet.
type Job struct {
	Do func()

	soon  bool
	at    time.Time
	place int // in the schedule, from 1; 0 if it is not there
}

// Soon does a job after what is ready now. A job that is to be done already is
// done once.
func (l *Loop) Soon(j *Job) {
	if !j.soon {
		j.soon = true
		l.ready = append(l.ready, j)
	}
}

// At does a job at a time, instead of at the one that was set before.
func (l *Loop) At(j *Job, at time.Time) {
	j.at = at
	if j.place > 0 {
		heap.Fix(&l.times, j.place-1)
	} else {
		heap.Push(&l.times, j)
	}
}

// Unset takes back the time of a job.
func (l *Loop) Unset(j *Job) {
	if j.place > 0 {
		heap.Remove(&l.times, j.place-1)
	}
}

// Cancel takes a job back.
func (l *Loop) Cancel(j *Job) {
	j.soon = false
	l.Unset(j)
}

// runDue does the jobs whose time has come.
func (l *Loop) runDue() {
	if len(l.times) == 0 {
		return
	}
	now := time.Now()
	for len(l.times) > 0 && !l.times[0].at.After(now) {
		heap.Pop(&l.times).(*Job).Do()
	}
}

// runReady does the jobs that were to be done soon when it was called.
func (l *Loop) runReady() {
	n := len(l.ready)
	for _, j := range l.ready[:n] {
		if j.soon {
			j.soon = false
			j.Do()
		}
	}
	l.ready = l.ready[:copy(l.ready, l.ready[n:])]
}

// schedule is a heap of jobs by their times.
type schedule []*Job

// Len implements [heap.Interface].
func (s schedule) Len() int { return len(s) }

// Less implements [heap.Interface].
func (s schedule) Less(i, j int) bool { return s[i].at.Before(s[j].at) }

// Swap implements [heap.Interface].
func (s schedule) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i+1, j+1
}

// Push implements [heap.Interface].
func (s *schedule) Push(x any) {
	j := x.(*Job)
	*s = append(*s, j)
	j.place = len(*s)
}

// Pop implements [heap.Interface].
func (s *schedule) Pop() any {
	last := len(*s) - 1
	j := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	j.place = 0
	return j
}
