package integration

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// showsRows returns a condition: the screen shows these rows and no others.
func showsRows(want string) func([]string) bool {
	return func(lines []string) bool { return firstWords(lines) == want }
}

// fifo makes a FIFO, and returns it open for writing: once somebody reads it,
// it is a source that moves when the test writes.
func fifo(t *testing.T, dir, name string) *os.File {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// want checks the rows and other lines that are left.
func (s *session) want(t *testing.T, want string) {
	t.Helper()
	if got := firstWords(s.text()); got != want {
		t.Errorf("the screen shows %q; want %q:\n%s", got, want, strings.Join(s.text(), "\n"))
	}
}

// TestRowsOfPipeline has three bpcopy in one pipeline, which end one after the
// other: rows and notes are left in its order.
func TestRowsOfPipeline(t *testing.T) {
	for _, script := range []string{
		"bpcopy --name one source - | bpcopy --name two - - | bpcopy --name three - result",
		"bpcopy --name one source - | cat | bpcopy --name two - - | cat | bpcopy --name three - result",
	} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			source := fifo(t, dir, "source")
			s := startSession(t, dir, 80, 24, script)
			s.await(t, "three rows", showsRows("one two three"))
			if _, err := source.Write([]byte("some bytes")); err != nil {
				t.Fatal(err)
			}
			s.await(t, "the bytes", func(lines []string) bool { return strings.Count(strings.Join(lines, ""), "10 B") >= 3 })
			source.Close()
			if err := s.end(t); err != nil {
				t.Error(err)
			}
			want := "one two three bpcopy:one: bpcopy:one: bpcopy:two: bpcopy:two: bpcopy:three: bpcopy:three:"
			s.want(t, want)
		})
	}
}

// three is a script of three copies of one job that have nothing else in common.
const three = "trap : TERM; bpcopy --name one s1 d1 & bpcopy --name two s2 d2 & bpcopy --name three s3 d3 & wait; wait"

// startThree runs three, and returns the sources.
func startThree(t *testing.T) (*session, []*os.File) {
	t.Helper()
	dir := t.TempDir()
	var sources []*os.File
	for _, name := range []string{"s1", "s2", "s3"} {
		sources = append(sources, fifo(t, dir, name))
	}
	s := startSession(t, dir, 80, 24, three)
	s.await(t, "three rows", showsRows("one two three"))
	return s, sources
}

// pidOf returns the process of the shell that has the name.
func (s *session) pidOf(t *testing.T, name string) int {
	t.Helper()
	shell := strconv.Itoa(s.cmd.Process.Pid)
	children, err := os.ReadFile("/proc/" + shell + "/task/" + shell + "/children")
	if err != nil {
		t.Skip(err)
	}
	for child := range strings.FieldsSeq(string(children)) {
		line, _ := os.ReadFile("/proc/" + child + "/cmdline")
		if slices.Contains(strings.Split(string(line), "\x00"), name) {
			pid, _ := strconv.Atoi(child)
			return pid
		}
	}
	t.Fatalf("there is no process %q", name)
	return 0
}

// TestRowsKilled kills each of three, one of which draws: the row goes, and the
// others stay.
func TestRowsKilled(t *testing.T) {
	for i, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, sources := startThree(t)
			if err := syscall.Kill(s.pidOf(t, name), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			others := slices.Delete([]string{"one", "two", "three"}, i, i+1)
			s.await(t, "the others", showsRows(strings.Join(others, " ")))
			for _, source := range sources {
				source.Close()
			}
			_ = s.end(t)
			want := strings.Join(others, " ") + strings.ReplaceAll(" bpcopy:0: bpcopy:0: bpcopy:1: bpcopy:1:", "0", others[0])
			want = strings.ReplaceAll(want, "1", others[1])
			s.want(t, want)
		})
	}
}

// TestRowsStopped stops each of three, one of which draws: the rows of the
// others move.
func TestRowsStopped(t *testing.T) {
	for i, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, sources := startThree(t)
			pid := s.pidOf(t, name)
			if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			for j, source := range sources {
				if _, err := source.Write([]byte("some bytes")); j != i && err != nil {
					t.Fatal(err)
				}
			}
			s.await(t, "two that move", func(lines []string) bool { return strings.Count(strings.Join(lines, ""), "10 B") >= 2 })
			if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
				t.Fatal(err)
			}
			s.await(t, "three that move", func(lines []string) bool {
				return firstWords(lines) == "one two three" && strings.Count(strings.Join(lines, ""), "10 B") >= 3
			})
			for _, source := range sources {
				source.Close()
			}
			if err := s.end(t); err != nil {
				t.Error(err)
			}
			want := "one two three bpcopy:one: bpcopy:one: bpcopy:two: bpcopy:two: bpcopy:three: bpcopy:three:"
			s.want(t, want)
		})
	}
}

// TestRowsTerminated ends all three at once: each hands over to one that is
// about to end.
func TestRowsTerminated(t *testing.T) {
	s, _ := startThree(t)
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = s.end(t)
	s.want(t, "one two three bpcopy:error: bpcopy:one: bpcopy:one: bpcopy:error: bpcopy:two: bpcopy:two: bpcopy:error: bpcopy:three: bpcopy:three:")
}

// TestRowsOfOneThatFails has a copy fail while the others go on: what it says
// is there at once, below the rows, and stays. One without a row says it above.
func TestRowsOfOneThatFails(t *testing.T) {
	dir := t.TempDir()
	sources := []*os.File{fifo(t, dir, "s1"), fifo(t, dir, "s2")}
	s := startSession(t, dir, 80, 24, `
bpcopy --name one s1 d1 & bpcopy --name two s2 /dev/full & until test -e go; do :; done; bpcopy -q missing d3; wait`)
	s.await(t, "two rows", showsRows("one two"))
	if _, err := sources[1].Write([]byte("some bytes")); err != nil {
		t.Fatal(err)
	}
	s.await(t, "the error", showsRows("one two bpcopy:error: bpcopy:two: bpcopy:two:"))
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.await(t, "the other error", showsRows("bpcopy:error: one two bpcopy:error: bpcopy:two: bpcopy:two:"))
	sources[0].Close()
	if err := s.end(t); err != nil {
		t.Error(err)
	}
	want := "bpcopy:error: one two bpcopy:one: bpcopy:one: bpcopy:error: bpcopy:two: bpcopy:two:"
	s.want(t, want)
}

// TestRowsLeaveNothing looks for the name under which they met.
func TestRowsLeaveNothing(t *testing.T) {
	s, _ := startThree(t)
	group := "-" + strconv.Itoa(s.cmd.Process.Pid) + "-"
	if sockets, err := os.ReadFile("/proc/net/unix"); err != nil || !strings.Contains(string(sockets), group) {
		t.Fatalf("no socket with %q in its name: %v", group, err)
	}
	if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	s.watched.Wait() // the others have closed the terminal
	for late := time.Now().Add(time.Minute); ; {
		sockets, err := os.ReadFile("/proc/net/unix")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(sockets), group) {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("a socket with %q in its name is left", group)
		}
	}
}
