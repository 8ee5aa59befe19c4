//go:build unix && !linux

package stage

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// adopt reports that this process cannot adopt anybody: who has lost his parent before
// the end is not found.
func adopt(bool) bool { return false }

// children reports that the system does not tell.
func children() (pids []int, ok bool) { return nil, false }

// waitIfDead is not needed: nobody is adopted.
func waitIfDead(int) {}

// group returns the processes of this process's group, if the system tells. Not every ps
// knows who is dead; those are waited for in vain then.
func group() (all []process, ok bool) {
	posix := []string{"-A", "-o", "pid=", "-o", "ppid=", "-o", "pgid="}
	for _, columns := range [][]string{append(slices.Clip(posix), "-o", "state="), posix} {
		ps := exec.Command("ps", columns...)
		if out, err := ps.Output(); err == nil {
			return parsePS(out, ps.Process.Pid)
		}
	}
	return nil, false
}

// parsePS reads what ps has printed, but for itself.
func parsePS(out []byte, itself int) (all []process, ok bool) {
	ours, err := unix.Getpgid(0)
	if err != nil {
		return nil, false
	}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var p process
		var group int
		var state string
		_, _ = fmt.Sscan(lines.Text(), &p.pid, &p.parent, &group, &state) // there may be no state
		if group == ours && p.pid != itself {
			p.dead = strings.HasPrefix(state, "Z")
			all = append(all, p)
		}
	}
	return all, len(all) > 0
}
