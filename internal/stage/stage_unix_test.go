//go:build unix

package stage

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// begin starts a command, which the test outlives.
func begin(t *testing.T, command string, told func(string)) *Stage {
	t.Helper()
	s, err := Start(command, told)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.In().Close()
		_ = s.Out().Close()
		s.Kill()
		<-s.Gone()
	})
	return s
}

// TestStage: a command reads one pipe and writes the other; its messages and its exit
// status are told when it has gone.
func TestStage(t *testing.T) {
	var messages []string
	s := begin(t, "tr a-z A-Z; echo done >&2; exit 3", func(m string) { messages = append(messages, m) })
	if s.ExitStatus() != nil {
		t.Error("ExitStatus() of a running command is not nil")
	}
	if _, err := io.WriteString(s.In(), "abc"); err != nil {
		t.Fatal(err)
	}
	if err := s.In().Close(); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(s.Out())
	if string(out) != "ABC" || err != nil {
		t.Errorf("it wrote %q, %v; want ABC", out, err)
	}
	<-s.Gone()
	if got := s.ExitStatus(); got == nil || *got != 3 {
		t.Errorf("ExitStatus() = %v; want 3", got)
	}
	if got, want := s.Err().Error(), `run stage "tr a-z A-Z; echo done >&2; exit 3": exit status 3`; got != want {
		t.Errorf("Err() = %q; want %q", got, want)
	}
	if want := []string{"done"}; !slices.Equal(messages, want) {
		t.Errorf("messages = %q; want %q", messages, want)
	}
}

// TestDescriptors: a command has its three pipes, and nothing that this process was given.
func TestDescriptors(t *testing.T) {
	given, err := os.CreateTemp(t.TempDir(), "given")
	if err != nil {
		t.Fatal(err)
	}
	defer given.Close()
	inherited, err := syscall.Dup(int(given.Fd())) // unlike given, without FD_CLOEXEC
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(inherited)
	s := begin(t, fmt.Sprintf("cat /dev/fd/%d", inherited), func(string) {})
	<-s.Gone()
	if *s.ExitStatus() == 0 {
		t.Error("a command could read a descriptor that is not its own")
	}
}

// TestEnd: a command that heeds neither its pipes nor SIGTERM is killed.
func TestEnd(t *testing.T) {
	for command, want := range map[string]int{
		"exec cat":                            0,
		"exec sleep 1000":                     128 + 15,
		"trap '' TERM; echo; exec sleep 1000": 128 + 9,
	} {
		s := begin(t, command, func(string) {})
		if want == 128+9 {
			if _, err := s.Out().Read(make([]byte, 1)); err != nil { // the trap is set
				t.Fatal(err)
			}
		}
		_ = s.In().Close()
		s.End()
		<-s.Gone()
		if got := *s.ExitStatus(); got != want {
			t.Errorf("%q ended with %d; want %d", command, got, want)
		}
	}
}

// TestLeftBehind: who keeps the standard error of a command open does not keep the
// command.
func TestLeftBehind(t *testing.T) {
	s := begin(t, "sleep 1000 <&- >&- & echo $!", func(string) {})
	left, err := io.ReadAll(s.Out())
	if err != nil {
		t.Fatal(err)
	}
	<-s.Gone()
	pid, err := strconv.Atoi(strings.TrimSpace(string(left)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("it is not there any more: %v", err)
	}
	if s.Err() != nil {
		t.Error(s.Err())
	}
}
