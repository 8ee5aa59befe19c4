package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mayWatch returns when a process began, in the kernel's own unit, or why it
// cannot be watched.
func mayWatch(pid int) (began uint64, err error) {
	switch err := unix.Kill(pid, 0); err {
	case nil:
	case unix.ESRCH:
		return 0, errors.New("no such process")
	case unix.EPERM:
		return 0, errors.New("the process belongs to another user")
	default:
		return 0, err
	}
	s, err := statOf(pid)
	if err != nil {
		return 0, err
	}
	if s.state == 'Z' || s.state == 'X' {
		return 0, errors.New("the process has ended")
	}
	return s.began, nil
}

// stat is what /proc tells of a process.
type stat struct {
	state  byte
	parent int
	began  uint64
}

func statOf(pid int) (s stat, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	// The name may have spaces and parentheses.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 20 {
		return s, errors.New("/proc tells nothing of it")
	}
	s.state = fields[0][0]
	s.parent, _ = strconv.Atoi(fields[1]) // the kernel's own numbers
	s.began, _ = strconv.ParseUint(fields[19], 10, 64)
	return s, nil
}

// processes returns the numbers of all processes.
func processes() []int {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1) // what could be read
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// memoriesOf returns the memory of a process and its children, and theirs. It is
// empty if the process has gone.
func memoriesOf(root int, began uint64) memories {
	if s, err := statOf(root); err != nil || s.began != began || s.state == 'Z' {
		return nil
	}
	children := make(map[int][]int)
	for _, pid := range processes() {
		if s, err := statOf(pid); err == nil {
			children[s.parent] = append(children[s.parent], pid)
		}
	}
	all := make(memories)
	for next := []int{root}; len(next) > 0; {
		pid := next[0]
		next = append(next[1:], children[pid]...)
		if one, err := memoryOf(pid); err == nil {
			all[pid] = one
		}
	}
	return all
}

// memoryOf returns the memory of one process.
func memoryOf(pid int) (m struct{ resident, most int64 }, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		var into *int64
		switch name {
		case "VmRSS":
			into = &m.resident
		case "VmHWM":
			into = &m.most
		default:
			continue
		}
		number, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		kib, _ := strconv.ParseInt(number, 10, 64) // the kernel's own number
		*into = kib << 10
	}
	return m, nil
}

// restartPeaks makes the kernel count the peaks of the processes from now on. It
// reports whether it does so for all of them.
func restartPeaks(of memories) bool {
	for pid := range of {
		if os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) != nil {
			return false
		}
	}
	return len(of) > 0
}
