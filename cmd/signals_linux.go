package cmd

import (
	"os"
	"os/signal"
	"slices"
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

// killSignals are those that end the program although it catches them: after it
// has cleaned up, it ends as they would have ended it.
//
// SIGPROF is not among them. The runtime keeps it for profiles and swallows it
// otherwise, so here it gets back what it does by default.
func killSignals() []os.Signal {
	if timer, err := unix.Getitimer(unix.ItimerProf); err == nil && timer.Interval == (unix.Timeval{}) {
		setDefault(syscall.SIGPROF)
	}
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
	var kill []os.Signal
	for s := syscall.Signal(1); s <= lastStandard; s++ {
		if !slices.Contains(spared, os.Signal(s)) {
			kill = append(kill, s)
		}
	}
	return kill
}

// untilLate is when the signals are caught that hardly anybody sends. Each takes
// the runtime as long as a short copy some of its steps.
const untilLate = 10 * time.Millisecond

// catchLate catches more of the kind of killSignals: the real-time signals. It ends
// after that.
func catchLate(caught chan<- os.Signal) {
	// Not with a timer: see listen.
	unix.Nanosleep(new(unix.NsecToTimespec(int64(untilLate))), nil)
	for s := syscall.Signal(firstRealTime); s <= lastRealTime; s++ {
		signal.Notify(caught, s)
	}
}

// limitsFiles tells whether the kernel sends SIGXFSZ to a file that grows too
// large. The write fails as well, which says more.
func limitsFiles() bool {
	var limit unix.Rlimit
	return unix.Getrlimit(unix.RLIMIT_FSIZE, &limit) == nil && limit.Cur != unix.RLIM_INFINITY
}

// statusSignals are those that ask for a line of status.
func statusSignals() []os.Signal { return []os.Signal{syscall.SIGUSR1} }

// dieOf ends the program as s does by default.
func dieOf(s syscall.Signal) {
	setDefault(s)
	if unix.Kill(os.Getpid(), s) == nil {
		time.Sleep(graceForRun) // it has to reach a thread
	}
}

// setDefault lets s do what it does by default. Package signal does not, where the
// runtime has a handler of its own.
func setDefault(s syscall.Signal) {
	// SIG_DFL, no flags and an empty mask: zeros, whatever the layout.
	var action [8]uint64
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&action)), 0, signalSetSize, 0, 0)
}
