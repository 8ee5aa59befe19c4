package errno

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
)

func TestNamed(t *testing.T) {
	for name, want := range map[string]syscall.Errno{"EIO": syscall.EIO, "ENOSPC": syscall.ENOSPC, "EPIPE": syscall.EPIPE} {
		if got, known := Named(name); got != want || !known {
			t.Errorf("Named(%q) = %v, %t; want %v, true", name, got, known, want)
		}
	}
	for _, name := range []string{"", "EOK", "eio", "EIO "} {
		if got, known := Named(name); known {
			t.Errorf("Named(%q) = %v, true; want false", name, got)
		}
	}
}

func TestNameOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("errors have no such names here")
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "ENOSPC"},
		{fmt.Errorf("write: %w", syscall.ECONNRESET), "ECONNRESET"},
		{syscall.ENOEXEC, "ENOEXEC"}, // not one that a script may name
		{fmt.Errorf("no errno"), ""},
		{nil, ""},
	} {
		if got := NameOf(tt.err); got != tt.want {
			t.Errorf("NameOf(%v) = %q; want %q", tt.err, got, tt.want)
		}
	}
}
