package endpoint

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMain runs the test binary as a child that looks at its descriptors, if
// told so.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("ENDPOINT_TEST_GIVEN") != "":
		printGiven()
	case os.Getenv("ENDPOINT_TEST_OPEN_STDIN") != "":
		printRefusal(func(o Operand) error {
			_, err := OpenSource(context.Background(), o, SourceOptions{})
			return err
		})
	case os.Getenv("ENDPOINT_TEST_OPEN_STDOUT") != "":
		printRefusal(func(o Operand) error {
			_, err := OpenDest(context.Background(), o, nil, DestOptions{})
			return err
		})
	default:
		os.Exit(m.Run())
	}
	os.Exit(0)
}

// printRefusal prints why a standard stream cannot be opened, if so.
func printRefusal(open func(Operand) error) {
	o, err := ParseOperand("-")
	if err == nil {
		err = open(o)
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n" + hintOf(err) + "\n")
	}
}

func TestStdoutClosed(t *testing.T) {
	const refused = "write destination \"-\": standard output is closed\n" +
		"to discard the data, give /dev/null as the destination\n"
	tests := []struct{ redirections, want string }{
		{">&-", refused},
		{"<&- >&-", refused},
		{">/dev/null", ""},
		{">/dev/null <&1", ""},
		{"1<>/dev/null", refused}, // cannot be told apart, which is what the hint is for
		{"<>/dev/null >&0 2>&4", ""},
		{"<>/dev/null >&0 2>&0", ""}, // as daemons are started
	}
	for _, test := range tests {
		cmd := exec.Command("sh", "-c", `exec 4>&2; exec "$0" `+test.redirections, os.Args[0])
		cmd.Env = append(os.Environ(), "ENDPOINT_TEST_OPEN_STDOUT=1", "GORACE=atexit_sleep_ms=0")
		var stderr bytes.Buffer
		cmd.Stdin, cmd.Stderr = strings.NewReader(""), &stderr
		if err := cmd.Run(); err != nil || stderr.String() != test.want {
			t.Errorf("with %s: %v, stderr %q; want nil, %q", test.redirections, err, stderr.String(), test.want)
		}
	}
}

// Where the pipe belongs to somebody else it cannot be reopened, and is polled.
func TestStdioOthersPipe(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs a pipe of somebody else")
	}
	checkLeaks(t)
	r, w := inheritedPipe(t)
	r2, w2 := inheritedPipe(t)
	var src *Source
	var d *Dest
	asNobody(t, func() {
		src = openSource(t, "-", SourceOptions{Stdin: r})
		d = openDest(t, "-", src, DestOptions{Stdout: w2})
	})
	if _, ok := src.SyscallConn(); ok {
		t.Error("SyscallConn() of a polled source is true; want false")
	}
	if _, ok := d.SyscallConn(); ok {
		t.Error("SyscallConn() of a polled destination is true; want false")
	}
	w.WriteString("hello")
	buf := make([]byte, 10)
	if n, err := src.Read(buf); n != 5 || err != nil {
		t.Errorf("Read() = %d, %v; want 5, nil", n, err)
	}
	wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error {
		_, err := src.Read(buf)
		return err
	})
	write(t, d, "hello")
	wantCanceled(t, "endpoint.(*Dest).Write", d.Cancel, func() error {
		_, err := d.Write(make([]byte, 10<<20))
		return err
	})
	d.Abort()
	src.Close()
	if _, err := w.WriteString("x"); !isBrokenPipe(err) {
		t.Errorf("writing to the closed source = %v; want EPIPE", err)
	}
	got, err := io.ReadAll(r2)
	if len(got) <= 5 || err != nil {
		t.Errorf("ReadAll() after Abort = %d bytes, %v; want what was written, and the end", len(got), err)
	}
	wantBlocking(t, r)
	wantBlocking(t, r2)
}

func TestStdioReopenedSplices(t *testing.T) {
	r, w := inheritedPipe(t)
	src := readySource(t, "-", SourceOptions{Stdin: r})
	conn, ok := src.SyscallConn()
	if !ok {
		t.Fatal("SyscallConn() of an inherited pipe is false; want true")
	}
	w.WriteString("hello")
	var n int
	var err error
	conn.Read(func(fd uintptr) bool {
		n, err = unix.Read(int(fd), make([]byte, 10))
		return err != unix.EAGAIN
	})
	if n != 5 || err != nil {
		t.Errorf("reading through SyscallConn = %d, %v; want 5, nil", n, err)
	}
	src.Cancel()
	err = conn.Read(func(uintptr) bool { return false })
	if err := src.ReadError(err); err == nil || err.Error() != "context canceled" {
		t.Errorf("ReadError() after Cancel = %v; want context canceled", err)
	}
}

// openTerminal returns both sides of a new terminal; the name of the second is
// a path.
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	master = inherit(t, fd)
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("/dev/pts", strconv.Itoa(number))
	fd, err = unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	terminal = os.NewFile(uintptr(fd), path)
	t.Cleanup(func() { terminal.Close() })
	return master, terminal
}

func TestTerminal(t *testing.T) {
	checkLeaks(t)
	master, terminal := openTerminal(t)
	sources := map[string]*Source{
		"inherited": readySource(t, "-", SourceOptions{Stdin: terminal}),
		"path":      readySource(t, terminal.Name(), SourceOptions{}),
		"master":    readySource(t, "-", SourceOptions{Stdin: master}),
	}
	buf := make([]byte, 100)
	for _, name := range []string{"inherited", "path"} {
		src := sources[name]
		master.WriteString("line\n")
		if n, err := src.Read(buf); string(buf[:n]) != "line\n" || err != nil {
			t.Errorf("Read() of %s terminal = %q, %v; want a line, nil", name, buf[:n], err)
		}
		wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error {
			_, err := src.Read(buf)
			return err
		})
		src.Close()
	}
	const echo = "line\r\nline\r\n"
	if n, err := io.ReadFull(sources["master"], buf[:len(echo)]); string(buf[:n]) != echo || err != nil {
		t.Errorf("ReadFull() of the master = %q, %v; want both lines, nil", buf[:n], err)
	}
	d := readyDest(t, "-", nil, DestOptions{Stdout: terminal})
	wantCanceled(t, "endpoint.(*Dest).Write", d.Cancel, func() error {
		_, err := d.Write(make([]byte, 10<<20))
		return err
	})
	d.Abort()
	wantBlocking(t, terminal)
	wantBlocking(t, master)
}
