package faults

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Program is a Go program, as it is on the disk.
type Program struct {
	path string
	main uint64 // the address of main.main, where a program has set itself up
}

// A Start says how a program is started.
type Start struct {
	Args  []string // with its name
	Dir   string
	Env   []string
	Files []*os.File // from descriptor 0 on
	Limit time.Duration
}

// A Trace is what a program did.
type Trace struct {
	Status unix.WaitStatus
	Hung   bool   // it was killed after its Limit
	Calls  []Call // all, unless the last fault is about some of them
	Hit    []Call // those that the last fault happened to
}

// A tracer drives one run of a program. All its methods are called on the thread
// that started the program: for the kernel, that one is the tracer.
type tracer struct {
	pid   int
	main  uint64
	code  [1]byte // what a breakpoint stands for
	begun bool    // main.main
	kinds map[uint64]kind
	poller
	known map[int]bool // threads that have stopped before
	// answers are what calls that are made all the same return, by thread.
	answers map[int]uint64
	faults  []Fault
	counted []int // how many calls each of the faults has counted
	trace   Trace
}

// Open finds out what has to be known of a program that is not stripped.
func Open(path string) (Program, error) {
	file, err := elf.Open(path)
	if err != nil {
		return Program{}, err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", path, err)
	}
	for _, symbol := range symbols {
		if symbol.Name == "main.main" {
			return Program{path, symbol.Value}, nil
		}
	}
	return Program{}, fmt.Errorf("%s: no main.main", path)
}

// Run runs the program with faults. Where several are due at once, the first one
// happens. An error means that the program could not be traced.
func (p Program) Run(start Start, faults ...Fault) (Trace, error) {
	for _, f := range faults {
		if f.N > 0 && !f.What.known() {
			return Trace{}, fmt.Errorf("fault %v: no such error or signal", f)
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	files := make([]uintptr, len(start.Files))
	for i, file := range start.Files {
		files[i] = file.Fd()
	}
	pid, _, err := syscall.StartProcess(p.path, start.Args, &syscall.ProcAttr{
		Dir: start.Dir, Env: start.Env, Files: files, Sys: &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return Trace{}, fmt.Errorf("start %s: %w", p.path, err)
	}
	t := &tracer{
		pid: pid, main: p.main, kinds: kinds(), faults: faults, counted: make([]int, len(faults)),
		known: map[int]bool{pid: true}, answers: make(map[int]uint64),
	}
	err = t.setUp()
	if err == nil {
		err = t.follow(start.Limit)
	}
	if err != nil {
		t.kill()
		return Trace{}, fmt.Errorf("trace %s: %w", p.path, err)
	}
	return t.trace, nil
}

// wait waits for pid, or for any thread of the program if it is -1.
func wait(pid int, status *unix.WaitStatus) (tid int, err error) {
	for {
		// Other threads may trace programs of their own.
		tid, err = unix.Wait4(pid, status, unix.WALL|unix.WNOTHREAD, nil)
		if err != unix.EINTR {
			return tid, err
		}
	}
}

// kill ends a program that cannot be traced any further. It has not ended before
// its tracer has heard of the end of each thread.
func (t *tracer) kill() {
	unix.Kill(t.pid, unix.SIGKILL)
	for {
		var status unix.WaitStatus
		tid, err := wait(-1, &status)
		if err != nil || tid == t.pid && !status.Stopped() {
			return
		}
	}
}

// setUp prepares the program as it stands after execve(2).
func (t *tracer) setUp() error {
	var status unix.WaitStatus
	if _, err := wait(t.pid, &status); err != nil {
		return err
	}
	const options = unix.PTRACE_O_EXITKILL | unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACESECCOMP
	if err := unix.PtraceSetOptions(t.pid, options); err != nil {
		return err
	}
	if err := install(t.pid); err != nil {
		return err
	}
	if _, err := unix.PtracePeekText(t.pid, uintptr(t.main), t.code[:]); err != nil {
		return err
	}
	breakpoint := []byte{0xcc}
	_, err := unix.PtracePokeText(t.pid, uintptr(t.main), breakpoint)
	if err != nil {
		return err
	}
	return unix.PtraceCont(t.pid, 0)
}

// follow lets the program run to its end.
func (t *tracer) follow(limit time.Duration) error {
	var hung atomic.Bool
	killer := time.AfterFunc(limit, func() {
		hung.Store(true)
		unix.Kill(t.pid, unix.SIGKILL)
	})
	defer killer.Stop()
	for {
		var status unix.WaitStatus
		tid, err := wait(-1, &status)
		switch {
		case err != nil:
			return fmt.Errorf("wait: %w", err)
		case status.Stopped():
			// A thread that is no more was killed while it stood.
			if err := t.stopped(tid, status); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		case tid == t.pid:
			t.trace.Status, t.trace.Hung = status, hung.Load()
			return nil
		}
	}
}

// stopped lets a thread go on after what it has stopped for.
func (t *tracer) stopped(tid int, status unix.WaitStatus) error {
	const inCall = unix.SIGTRAP | 0x80
	signal := status.StopSignal()
	isNew := !t.known[tid]
	t.known[tid] = true
	switch {
	case signal == unix.SIGSTOP && isNew, signal == unix.SIGTRAP && status.TrapCause() == unix.PTRACE_EVENT_CLONE:
		return unix.PtraceCont(tid, 0)
	case signal == unix.SIGTRAP && status.TrapCause() == unix.PTRACE_EVENT_SECCOMP:
		return t.called(tid)
	case signal == inCall:
		return t.answered(tid)
	case signal == unix.SIGTRAP && !t.begun:
		return t.begin(tid)
	}
	return unix.PtraceCont(tid, int(signal))
}

// begin takes the breakpoint at main.main away: the program has come there.
func (t *tracer) begin(tid int) error {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	if regs.Rip != t.main+1 {
		return fmt.Errorf("an unexpected trap at %#x", regs.Rip)
	}
	t.begun = true
	if _, err := unix.PtracePokeText(tid, uintptr(t.main), t.code[:]); err != nil {
		return err
	}
	regs.Rip = t.main
	if err := unix.PtraceSetRegs(tid, &regs); err != nil {
		return err
	}
	return unix.PtraceCont(tid, 0)
}

// called is at the beginning of a system call.
func (t *tracer) called(tid int) error {
	var regs unix.PtraceRegs
	if err := unix.PtraceGetRegs(tid, &regs); err != nil {
		return err
	}
	kind, known := t.kinds[regs.Orig_rax]
	if !known {
		kind.name, kind.path, kind.length = fmt.Sprintf("sys_%d", regs.Orig_rax), none, none
	}
	if t.ofRuntime(tid, kind.name, regs) || !t.begun || !t.watches(kind.name) {
		return unix.PtraceCont(tid, 0)
	}
	call := t.describe(tid, kind, regs)
	t.trace.Calls = append(t.trace.Calls, call)
	due := none
	for i, fault := range t.faults {
		if !fault.counts(call) {
			continue
		}
		if t.counted[i]++; due == none && fault.due(t.counted[i]) {
			due = i
		}
	}
	if due == none || !t.faults[due].What.fits(call) {
		return unix.PtraceCont(tid, 0)
	}
	if due == len(t.faults)-1 {
		t.trace.Hit = append(t.trace.Hit, call)
	}
	return t.inject(tid, t.faults[due].What, call, kind, regs)
}

// watches reports whether a call is worth the time that it takes to look at it.
func (t *tracer) watches(call string) bool {
	return slices.ContainsFunc(t.faults, func(f Fault) bool { return f.N == 0 || f.isAbout(call) })
}

// inject makes something happen to a call.
func (t *tracer) inject(tid int, what What, call Call, kind kind, regs unix.PtraceRegs) error {
	switch {
	case what.Signal() != 0:
		if err := unix.Kill(t.pid, what.Signal()); err != nil {
			return err
		}
		return unix.PtraceCont(tid, 0)
	case what.Shortens():
		shorten(&regs, kind.length, what)
	case call.Name == "close":
		// It lets go of the descriptor, whatever it says.
		t.answers[tid] = answer(what)
		return unix.PtraceSyscall(tid, 0)
	default:
		const skip = ^uint64(0)
		regs.Orig_rax, regs.Rax = skip, answer(what)
	}
	if err := unix.PtraceSetRegs(tid, &regs); err != nil {
		return err
	}
	return unix.PtraceCont(tid, 0)
}

// answered is at the end of a call that was made and is to return something else.
func (t *tracer) answered(tid int) error {
	if answer, ok := t.answers[tid]; ok {
		delete(t.answers, tid)
		var regs unix.PtraceRegs
		if err := unix.PtraceGetRegs(tid, &regs); err != nil {
			return err
		}
		regs.Rax = answer
		if err := unix.PtraceSetRegs(tid, &regs); err != nil {
			return err
		}
	}
	return unix.PtraceCont(tid, 0)
}

// answer is what a failed call returns.
func answer(what What) uint64 { return uint64(-int64(what.Errno())) } // 0 for End
