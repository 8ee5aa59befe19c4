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

// The ranges of signal numbers on all processors.
const (
	lastStandard  = 31
	firstRealTime = 35 // 32 to 34 belong to C libraries; package signal cannot catch them
	lastRealTime  = 64
)

// rareSignals catches the rare signals, but not at once. When they are caught,
// the program cleans up, and then the signal kills it after all.
//
// To catch them takes a tenth of the time of an empty copy. So they get the
// default action of the system first. (With the runtime's own handlers, some
// would do nothing, and others would dump goroutines.) They are caught when
// bytes have moved for a moment, or before the program waits for somebody.
//
// The real-time signals keep the default action, and so does SIGPROF, which the
// runtime needs for profiles.
type rareSignals struct {
	caught  chan<- os.Signal
	runtime map[syscall.Signal]*action // the runtime's actions, to be set again
	once    sync.Once
}

// untilCaught is how long bytes move before the rare signals are caught. A copy
// that ends earlier has not paid for it.
const untilCaught = 10 * time.Millisecond

// newRareSignals gives the rare signals the default action. Later they are
// caught by the channel.
func newRareSignals(caught chan<- os.Signal) *rareSignals {
	if timer, err := unix.Getitimer(unix.ItimerProf); err == nil && timer.Interval == (unix.Timeval{}) {
		setAction(syscall.SIGPROF, new(action))
	}
	for s := syscall.Signal(firstRealTime); s <= lastRealTime; s++ {
		setAction(s, new(action))
	}
	r := &rareSignals{caught: caught, runtime: make(map[syscall.Signal]*action)}
	for _, s := range rare() {
		switch s {
		case syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV: // the runtime turns these into panics
		default:
			r.runtime[s] = setAction(s, new(action))
		}
	}
	return r
}

// catchSoon catches the rare signals after untilCaught.
func (r *rareSignals) catchSoon() { time.AfterFunc(untilCaught, r.catch) }

// catch catches the rare signals now.
func (r *rareSignals) catch() {
	r.once.Do(func() {
		for _, s := range rare() {
			signal.Notify(r.caught, s)
			if original := r.runtime[s]; original != nil {
				setAction(s, original)
			}
		}
	})
}

// rare returns the rare signals: all standard signals but those listed here.
func rare() []syscall.Signal {
	others := []os.Signal{
		syscall.SIGKILL, syscall.SIGSTOP, // cannot be caught
		syscall.SIGPIPE,                                                    // ignored by Catch
		syscall.SIGPROF,                                                    // keeps the default action
		syscall.SIGCHLD, syscall.SIGCONT, syscall.SIGURG, syscall.SIGWINCH, // are ignored by default
		syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU, // stop the program until SIGCONT
	}
	others = slices.Concat(others, stopSignals(), statusSignals())
	if limitsFiles() {
		others = append(others, syscall.SIGXFSZ) // comes with an error of the write, which says more
	}
	var all []syscall.Signal
	for s := syscall.Signal(1); s <= lastStandard; s++ {
		if !slices.Contains(others, os.Signal(s)) {
			all = append(all, s)
		}
	}
	return all
}

// limitsFiles reports whether the size of files is limited. If so, the kernel
// sends SIGXFSZ for a write beyond the limit.
func limitsFiles() bool {
	var limit unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && limit.Cur != unix.RLIM_INFINITY
}

// dieOf kills the program by s.
func dieOf(s syscall.Signal) {
	setAction(s, new(action))
	if unix.Kill(os.Getpid(), s) == nil {
		time.Sleep(graceForRun) // until the signal has reached a thread
	}
}

// action is a struct sigaction of the kernel, which differs between processors.
// On all of them the zero action is SIG_DFL without flags and with an empty
// mask.
type action [8]uint64

// setAction sets what s does, and returns what it did before. Package signal
// cannot do that for signals that the runtime handles.
func setAction(s syscall.Signal, to *action) (before *action) {
	before = new(action)
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(before)), signalSetSize, 0, 0)
	return before
}
