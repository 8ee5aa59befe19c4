package interrupt

import (
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The signals with numbers of their own on all processors.
const (
	lastStandard  = 31
	firstRealTime = 35 // 32 to 34 belong to C libraries; the runtime does not give them away
	lastRealTime  = 64
)

// rareSignals end the program as well, but hardly ever come to one that copies. Once
// they are caught, it cleans up first and then ends as they would have ended it.
//
// To catch them takes a tenth of an empty copy. So they do what they do by default,
// where the runtime would swallow some and dump its state for others, until there has
// been something to clean up for a moment. The real-time signals do that for good, and
// so does SIGPROF, which the runtime keeps for profiles and does not give away.
type rareSignals struct {
	caught   chan<- os.Signal
	runtimes map[syscall.Signal]*action // what the runtime does with them
	once     sync.Once
}

// untilCaught is that moment.
const untilCaught = 10 * time.Millisecond

func newRareSignals(caught chan<- os.Signal) *rareSignals {
	if timer, err := unix.Getitimer(unix.ItimerProf); err == nil && timer.Interval == (unix.Timeval{}) {
		setAction(syscall.SIGPROF, new(action))
	}
	for s := syscall.Signal(firstRealTime); s <= lastRealTime; s++ {
		setAction(s, new(action))
	}
	r := &rareSignals{caught: caught, runtimes: make(map[syscall.Signal]*action)}
	for _, s := range rare() {
		switch s {
		case syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV: // of which the runtime makes panics
		default:
			r.runtimes[s] = setAction(s, new(action))
		}
	}
	return r
}

// catchSoon catches them after a moment.
func (r *rareSignals) catchSoon() { time.AfterFunc(untilCaught, r.catch) }

// catch catches them now.
func (r *rareSignals) catch() {
	r.once.Do(func() {
		for _, s := range rare() {
			signal.Notify(r.caught, s)
			if runtimes := r.runtimes[s]; runtimes != nil {
				setAction(s, runtimes)
			}
		}
	})
}

// rare are those that are caught, in the order of their numbers.
func rare() []syscall.Signal {
	spared := []os.Signal{
		syscall.SIGKILL, syscall.SIGSTOP, // cannot be caught
		syscall.SIGPIPE, syscall.SIGPROF,
		syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH, // are ignored by default
		syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU, // stop the program until SIGCONT
	}
	spared = slices.Concat(spared, stopSignals(), statusSignals())
	if limitsFiles() {
		spared = append(spared, syscall.SIGXFSZ)
	}
	var all []syscall.Signal
	for s := syscall.Signal(1); s <= lastStandard; s++ {
		if !slices.Contains(spared, os.Signal(s)) {
			all = append(all, s)
		}
	}
	return all
}

// limitsFiles tells whether the kernel sends SIGXFSZ to a file that grows too
// large. The write fails as well, which says more.
func limitsFiles() bool {
	var limit unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && limit.Cur != unix.RLIM_INFINITY
}

// dieOf ends the program as s does by default.
func dieOf(s syscall.Signal) {
	setAction(s, new(action))
	if unix.Kill(os.Getpid(), s) == nil {
		time.Sleep(graceForRun) // it has to reach a thread
	}
}

// An action is what the kernel does when a signal comes. The zero action is the default,
// without flags and with an empty mask, whatever the processor's layout of it is.
type action [8]uint64

// setAction lets s do something else, and returns what it did before. Package signal
// does not where the runtime has a handler of its own.
func setAction(s syscall.Signal, to *action) (before *action) {
	before = new(action)
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(before)), signalSetSize, 0, 0)
	return before
}
