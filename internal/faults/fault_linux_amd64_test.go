package faults

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]Fault{
		"write:3:EIO":         {Call: "write", N: 3, What: "EIO"},
		"splice:1+:ENOSYS":    {Call: "splice", N: 1, Onwards: true, What: "ENOSYS"},
		"read@src:2:end":      {Call: "read", File: "src", N: 2, What: End},
		"any:40:SIGTERM":      {Call: AnyCall, N: 40, What: "SIGTERM"},
		"openat:1:EOPNOTSUPP": {Call: "openat", N: 1, What: "EOPNOTSUPP"},
	} {
		got, err := ParseFault(text)
		if got != want || err != nil || got.String() != text {
			t.Errorf("ParseFault(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "write", "write:3", "write:0:EIO", "write:x:EIO", "write:3:EWHAT", "write:3:SIGWHAT", ":3:EIO", "write:3:EIO:4"} {
		if got, err := ParseFault(text); err == nil {
			t.Errorf("ParseFault(%q) = %v; want an error", text, got)
		}
	}
}

// TestErrnos: a name that is none would make a call succeed that is not made.
func TestErrnos(t *testing.T) {
	for _, kind := range kinds() {
		for _, what := range errnos(kind.name) {
			if what.Errno() == 0 {
				t.Errorf("%s: no such error: %s", kind.name, what)
			}
		}
	}
	if got := What("EOPNOTSUPP").Errno(); got != unix.EOPNOTSUPP {
		t.Errorf("EOPNOTSUPP is %d; want %d", got, unix.EOPNOTSUPP)
	}
}

func TestPicks(t *testing.T) {
	if got, want := picks(3), []int{1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("picks(3) = %v; want %v", got, want)
	}
	got := picks(1000)
	if len(got) != 60 || got[19] != 20 || got[40] != 981 || got[59] != 1000 || !slices.Equal(got, slices.Compact(slices.Clone(got))) {
		t.Errorf("picks(1000) = %v; want the first 20, the last 20 and 20 between", got)
	}
}
