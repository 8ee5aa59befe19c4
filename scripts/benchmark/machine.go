//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine returns, as lines of a list, what the figures were measured on, when
// and with what.
func machine(ctx context.Context, command string) []string {
	var name unix.Utsname
	unix.Uname(&name) // fails for bad addresses only
	kernel := unix.ByteSliceToString(name.Release[:])
	lines := []string{
		"date: " + time.Now().UTC().Format(time.DateOnly),
		fmt.Sprintf("kernel: Linux %s, %s, %d CPUs, %d GiB of memory", kernel, runtime.GOARCH, runtime.NumCPU(), memoryFigure("MemTotal")/gib),
		fmt.Sprintf("others kept the CPUs %.0f %% busy before it began", 100*busy(time.Second)),
		fmt.Sprintf("TCP: %s is the default congestion control, the far ends have %s", defaultControl(), farControl),
		"go: " + strings.TrimPrefix(runtime.Version(), "go"),
	}
	for _, argv := range [][]string{
		{command, "version"}, {"pv", "--version"}, {"mbuffer", "--version"}, {"socat", "-V"},
		{"cp", "--version"}, {"node", "--version"}, {"hyperfine", "--version"},
	} {
		lines = append(lines, versionOf(ctx, argv))
	}
	return lines
}

// defaultControl names the congestion control of programs that ask for none.
func defaultControl() string {
	name, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control")
	if err != nil {
		return "an unknown one"
	}
	return strings.TrimSpace(string(name))
}

// busy returns which share of all CPUs is in use for some time, in which we do
// nothing. Where that is much, measure again: processes that wake each other up
// do so faster on CPUs that never sleep.
func busy(howLong time.Duration) float64 {
	idleBefore, before := cpuTicks()
	time.Sleep(howLong)
	idle, all := cpuTicks()
	return 1 - float64(idle-idleBefore)/float64(max(all-before, 1))
}

// cpuTicks returns what /proc/stat counts of all CPUs since the machine started.
func cpuTicks() (idle, all int64) {
	const idleField = 4
	content, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	first, _, _ := strings.Cut(string(content), "\n") // cpu user nice system idle …
	for i, field := range strings.Fields(first)[1:] {
		n, _ := strconv.ParseInt(field, 10, 64)
		all += n
		if i+1 == idleField {
			idle = n
		}
	}
	return idle, all
}

// versionOf returns what a program says of its version, in one line.
func versionOf(ctx context.Context, argv []string) string {
	name := argv[0][strings.LastIndex(argv[0], "/")+1:]
	said, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	if err != nil {
		return name + ": not there"
	}
	for line := range strings.Lines(string(said)) {
		if strings.ContainsAny(line, "0123456789") {
			line, _, _ = strings.Cut(line, " - ") // a copyright
			return name + ": " + strings.TrimSpace(line)
		}
	}
	return name + ": of no version"
}
