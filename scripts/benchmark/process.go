//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A process is one program of a copy.
type process struct {
	cmd       *exec.Cmd
	complaint bytes.Buffer // what it wrote to stderr
	peak      int64        // most resident memory so far, in bytes
}

// wait waits for the process, and meanwhile follows its memory. The kernel's own
// figure at the end, ru_maxrss, will not do: it starts with the memory of the
// program that started the process, this one.
func (p *process) wait() error {
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	for {
		p.peak = max(p.peak, highWater(p.cmd.Process.Pid))
		select {
		case err := <-ended:
			if err != nil {
				err = fmt.Errorf("run %s: %w: %s", filepath.Base(p.cmd.Path), err, strings.TrimSpace(p.complaint.String()))
			}
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// highWater returns the most resident memory that a process has had so far, in
// bytes; 0 when it has ended.
func highWater(pid int) int64 {
	content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, figure, _ := strings.Cut(string(content), "\nVmHWM:")
	var kilobytes int64
	fmt.Sscan(figure, &kilobytes) // or there is none
	return kilobytes << 10
}

// usedSoFar returns what a running process has used, to the nanosecond. See
// clock_getcpuclockid(3) for the number of a process's clock.
func (p *process) usedSoFar() time.Duration {
	const schedulerClock = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid<<3|schedulerClock), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}
