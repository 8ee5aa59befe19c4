package evidence

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// helperMode is the variable that makes this test program do something simple instead
// of the tests, so that it is seen from outside.
const helperMode = "EVIDENCE_TEST_HELPER"

func TestMain(m *testing.M) {
	switch os.Getenv(helperMode) {
	case "":
		os.Exit(m.Run())
	case "copy": // as cat does
		for buf := make([]byte, 4096); ; {
			n, err := syscall.Read(0, buf)
			if n <= 0 || err != nil {
				os.Exit(0)
			}
			for at := 0; at < n; {
				written, err := syscall.Write(1, buf[at:n])
				if err != nil {
					os.Exit(1)
				}
				at += written
			}
		}
	case "spin":
		for {
			runtime.Gosched()
		}
	case "sleep":
		time.Sleep(time.Hour)
	}
}

// helper is a process in that mode. It is killed when the test ends.
func helper(t *testing.T, mode string, stdin, stdout *os.File) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), helperMode+"="+mode)
	if stdin != nil { // a nil *os.File is no nil io.Reader
		cmd.Stdin = stdin
	}
	if stdout != nil {
		cmd.Stdout = stdout
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// pipes returns the ends of a pipe, which are closed when the test ends.
func pipes(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// fill writes to a pipe or a socket until it takes no more.
func fill(t *testing.T, w *os.File) {
	t.Helper()
	raw, err := w.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte("x"), 4096)
	err = raw.Control(func(fd uintptr) {
		for {
			if _, err := syscall.Write(int(fd), chunk); err != nil {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// endOf is a file as an end.
func endOf(c syscall.Conn) End {
	return End{Examine: func(look func(fd int)) error {
		raw, err := c.SyscallConn()
		if err != nil {
			return err
		}
		return raw.Control(func(fd uintptr) { look(int(fd)) })
	}}
}

// eyesOn looks at the real /proc. It knows no backing off, so a test may look as often
// as it likes.
func eyesOn(t *testing.T, source End, dsts ...End) *linux {
	l := newLinux(Options{Source: source, Destinations: dsts}, "/proc")
	now := time.Unix(1e9, 0)
	l.now = func() time.Time { now = now.Add(time.Hour); return now }
	t.Cleanup(l.close)
	return l
}

// until looks at an end until what it finds is so.
func until(t *testing.T, l *linux, end int, is func(finding) bool) finding {
	t.Helper()
	for {
		if f := l.look(end); is(f) {
			return f
		}
		runtime.Gosched()
	}
}

// does reports whether the culprit is that process, in that state.
func does(cmd *exec.Cmd, state string) func(finding) bool {
	return func(f finding) bool {
		return f.process != nil && f.process.id.pid == cmd.Process.Pid && f.process.state == state
	}
}
