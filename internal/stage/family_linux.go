package stage

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// adopt makes this process the parent of all its descendants that lose theirs, or no
// longer. It reports whether that worked.
func adopt(on bool) bool {
	arg := uintptr(0)
	if on {
		arg = 1
	}
	return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, arg, 0, 0, 0) == nil
}

// children returns the children of this process, if the system tells.
func children() (pids []int, ok bool) {
	lists, err := filepath.Glob("/proc/self/task/*/children") // of each thread
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended: another has its children now
		}
		for word := range bytes.FieldsSeq(text) {
			if pid, err := strconv.Atoi(string(word)); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids, err == nil && len(lists) > 0
}

// waitIfDead waits for a child, if it has ended.
func waitIfDead(pid int) { _, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil) }

// group returns the processes of this process's group, if the system tells.
func group() (all []process, ok bool) {
	names, err := os.ReadDir("/proc")
	if err != nil {
		return nil, false
	}
	ours := unix.Getpgrp()
	for _, name := range names {
		pid, err := strconv.Atoi(name.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has gone
		}
		if p, group := parseStat(text); group == ours {
			p.pid = pid
			all = append(all, p)
		}
	}
	return all, len(all) > 0
}

// parseStat reads what /proc tells of a process. Its name may have spaces and brackets.
func parseStat(text []byte) (p process, group int) {
	var state string
	_, err := fmt.Sscan(string(text[bytes.LastIndexByte(text, ')')+1:]), &state, &p.parent, &group)
	p.dead = state == "Z" || state == "X"
	if err != nil {
		return process{}, 0
	}
	return p, group
}
