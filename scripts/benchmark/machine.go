//go:build linux

package main

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
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
