package faults

import (
	"bytes"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// argument returns where an argument of a system call is, from 0 on.
func argument(regs *unix.PtraceRegs, i int) *uint64 {
	return [...]*uint64{&regs.Rdi, &regs.Rsi, &regs.Rdx, &regs.R10, &regs.R8, &regs.R9}[i]
}

// shorten makes a call move fewer bytes than the program asks for.
func shorten(regs *unix.PtraceRegs, length int, what What) {
	bytes := argument(regs, length)
	if what == Short {
		*bytes = 1
	} else {
		*bytes /= 2
	}
}

// describe returns a call as its arguments have it.
func (t *tracer) describe(tid int, kind kind, regs unix.PtraceRegs) Call {
	call := Call{Name: kind.name}
	if kind.length != none {
		call.Length = *argument(&regs, kind.length)
	}
	if kind.path != none {
		call.Target = readString(tid, *argument(&regs, kind.path))
	}
	if call.Target == "" { // also with AT_EMPTY_PATH
		call.Target = t.descriptor(*argument(&regs, kind.file))
	}
	return call
}

// descriptor returns what a descriptor of the program is, empty for none.
func (t *tracer) descriptor(fd uint64) string {
	target, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, int32(fd)))
	return target
}

// readString reads a string of the program that ends with a zero byte.
func readString(tid int, at uint64) string {
	var text []byte
	word := make([]byte, 8)
	for len(text) < unix.PathMax {
		if _, err := unix.PtracePeekData(tid, uintptr(at)+uintptr(len(text)), word); err != nil {
			break
		}
		if before, _, ok := bytes.Cut(word, []byte{0}); ok {
			return string(append(text, before...))
		}
		text = append(text, word...)
	}
	return string(text)
}

// A poller is what the Go runtime has to wait for its files. It makes one when
// it first needs it, and dies where that fails.
type poller struct {
	maker int    // the thread that is making one, or 0
	wake  uint64 // the eventfd that wakes the poller up, or 0
}

// ofRuntime reports whether a call is the runtime's own, for its memory or for
// its poller.
func (p *poller) ofRuntime(tid int, name string, regs unix.PtraceRegs) bool {
	switch name {
	case "mmap":
		return regs.R10&unix.MAP_NORESERVE == 0 // which package conduit has, and the runtime never
	case "epoll_create1":
		p.maker = tid
		return true
	case "eventfd2":
		return tid == p.maker
	case "epoll_ctl":
		if tid == p.maker {
			p.maker, p.wake = 0, regs.Rdx
			return true
		}
	case "read", "write":
		return p.wake != 0 && regs.Rdi == p.wake
	}
	return false
}
