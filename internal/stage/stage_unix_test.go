//go:build unix

package stage

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// begin starts a command in a family of its own, which the test outlives.
func begin(t *testing.T, command string, told func(string)) (*Family, *Stage) {
	t.Helper()
	f := NewFamily()
	s, err := f.Start(command, told)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.In().Close()
		_ = s.Out().Close()
		f.Kill()
		<-s.Gone()
		f.Close()
	})
	return f, s
}

// TestStage: a command reads one pipe and writes the other; its messages and its exit
// status are told when it has gone.
func TestStage(t *testing.T) {
	var messages []string
	_, s := begin(t, "tr a-z A-Z; echo done >&2; exit 3", func(m string) { messages = append(messages, m) })
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
	_, s := begin(t, fmt.Sprintf("cat /dev/fd/%d", inherited), func(string) {})
	<-s.Gone()
	if *s.ExitStatus() == 0 {
		t.Error("a command could read a descriptor that is not its own")
	}
}

// TestEnd: a command that heeds neither its pipes nor SIGTERM is killed, and so is
// everybody whom it has started, whether it waits for them or not.
func TestEnd(t *testing.T) {
	for command, want := range map[string]int{
		"echo $$; exec cat >/dev/null":                                 0,
		"echo $$; exec sleep 1000":                                     128 + 15,
		"trap '' TERM; echo $$; exec sleep 1000":                       128 + 9,
		"echo $$; sleep 1000 & echo $!; wait":                          128 + 15,
		"sh -c 'echo $$; sleep 1000; echo' & wait":                     128 + 15,
		"trap '' TERM; echo $$; sleep 1000 & echo $!; sleep 1000; cat": 128 + 9,
	} {
		f, s := begin(t, command, func(string) {})
		left := readPIDs(t, s, strings.Count(command, "echo $"))
		_ = s.In().Close()
		f.End()
		<-s.Gone()
		if got := *s.ExitStatus(); got != want {
			t.Errorf("%q ended with %d; want %d", command, got, want)
		}
		wantGone(t, command, left)
	}
}

// TestEndOrphans: who has lost the command that started him is ended as well, where the
// system can tell; and who was not ended is buried when he has ended himself.
func TestEndOrphans(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("an orphan cannot be found here")
	}
	f, s := begin(t, "sleep 1000 <&- >&- 2>&- & echo $!", func(string) {})
	left := readPIDs(t, s, 1)
	<-s.Gone()
	wantAlive(t, left[0])
	f.buryNow()
	wantAlive(t, left[0])
	f.End()
	f.buryNow()
	wantGone(t, s.Command(), left)
	if all, ok := children(); ok && len(all) > 0 {
		t.Errorf("the children %v were not buried", all)
	}
}

// TestEndSpares: who has left the process group is not ended, nor who was a child of this
// process before.
func TestEndSpares(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no setsid")
	}
	given := exec.Command("sleep", "1000")
	if err := given.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = given.Process.Kill(); _ = given.Wait() }()
	f, s := begin(t, "setsid sh -c 'echo $$; exec sleep 1000 2>&-' & cat", func(string) {})
	away := readPIDs(t, s, 1)[0]
	defer syscall.Kill(away, syscall.SIGKILL)
	_ = s.In().Close()
	f.End()
	<-s.Gone()
	wantAlive(t, away)
	wantAlive(t, given.Process.Pid)
}

// readPIDs reads so many numbers of processes that a stage prints.
func readPIDs(t *testing.T, s *Stage, count int) (pids []int) {
	t.Helper()
	lines := bufio.NewReader(s.Out())
	for range count {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}

func wantAlive(t *testing.T, pid int) {
	t.Helper()
	if !alive(pid) {
		t.Errorf("process %d is not there any more", pid)
	}
}

func wantGone(t *testing.T, command string, pids []int) {
	t.Helper()
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("%q: process %d is still there", command, pid)
		}
	}
}

// alive reports whether a process runs. One that nobody has waited for does not.
func alive(pid int) bool {
	all, ok := group()
	if i := slices.IndexFunc(all, func(p process) bool { return p.pid == pid }); ok && i >= 0 {
		return !all[i].dead
	}
	return syscall.Kill(pid, 0) == nil
}

// TestLeftBehind: who keeps the standard error of a command open does not keep the
// command.
func TestLeftBehind(t *testing.T) {
	_, s := begin(t, "sleep 1000 <&- >&- & echo $!", func(string) {})
	left := readPIDs(t, s, 1)[0]
	defer syscall.Kill(left, syscall.SIGKILL)
	<-s.Gone()
	wantAlive(t, left)
	if s.Err() != nil {
		t.Error(s.Err())
	}
}
