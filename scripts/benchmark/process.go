//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A process is one program of a copy. What follows complaint is known once it
// has been waited for.
type process struct {
	cmd       *exec.Cmd
	complaint bytes.Buffer // what it wrote to stderr, where that is not a terminal

	ended time.Time
	cpu   time.Duration // user and system time of all its threads
	read  int64         // bytes that it has read, its own start included
	peak  int64         // most resident memory, in bytes
}

// startProcess starts argv. No file is standard input or output from or to the
// null device, and no terminal is a stderr that is kept. The end of ctx kills it.
func startProcess(ctx context.Context, argv []string, stdin, stdout, terminal *os.File) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, argv[0], argv[1:]...)}
	p.cmd.WaitDelay = time.Second
	p.cmd.Stderr = &p.complaint
	// A nil *os.File in these interfaces would not be nil.
	if stdin != nil {
		p.cmd.Stdin = stdin
	}
	if stdout != nil {
		p.cmd.Stdout = stdout
	}
	if terminal != nil {
		p.cmd.Stderr = terminal
		p.cmd.Env = append(os.Environ(), "TERM=xterm")
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	return p, nil
}

// wait waits for the process and notes what it has used.
func (p *process) wait() error {
	pid := p.cmd.Process.Pid
	// The time first, and then, while it is a zombie, what the kernel still knows.
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			break
		}
	}
	p.ended = time.Now()
	p.read = procFigure(pid, "io", "rchar")
	err := p.cmd.Wait()
	p.cpu = p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
	if err != nil {
		return fmt.Errorf("run %s: %w: %s", filepath.Base(p.cmd.Path), err, strings.TrimSpace(p.complaint.String()))
	}
	return nil
}

// watchPeak follows the peak of the process's memory until its end. The kernel's
// own figure at the end, ru_maxrss, will not do: it starts with the memory of
// the program that started the process, this one.
func (p *process) watchPeak() {
	for {
		peak := procFigure(p.cmd.Process.Pid, "status", "VmHWM") << 10
		if peak == 0 {
			return
		}
		p.peak = peak
		time.Sleep(10 * time.Millisecond)
	}
}

// cpuTime returns what a running process has used so far, to the nanosecond. See
// clock_getcpuclockid(3) for the number of a process's clock.
func (p *process) cpuTime() time.Duration {
	const schedulerClock = 2
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^p.cmd.Process.Pid<<3|schedulerClock), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}

// procFigure returns the figure called name of /proc/PID/file, or 0 where there
// is none, as for memory when the process has ended.
func procFigure(pid int, file, name string) int64 {
	content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file))
	if err != nil {
		return 0
	}
	return figure(string(content), name)
}

// figure returns the figure of the line "name: figure …", or 0.
func figure(content, name string) int64 {
	for line := range strings.Lines(content) {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == name+":" {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n
		}
	}
	return 0
}
