//go:build unix

package endpoint

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func operand(t *testing.T, s string) Operand {
	t.Helper()
	o, err := ParseOperand(s)
	if err != nil {
		t.Fatalf("ParseOperand(%q) = %v", s, err)
	}
	return o
}

func openSource(t *testing.T, s string, opts SourceOptions) *Source {
	t.Helper()
	src, err := OpenSource(t.Context(), operand(t, s), opts)
	if err != nil {
		t.Fatalf("OpenSource(%q) = %v", s, err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func readySource(t *testing.T, s string, opts SourceOptions) *Source {
	t.Helper()
	src := openSource(t, s, opts)
	ready(t, src)
	return src
}

func openDest(t *testing.T, s string, src *Source, opts DestOptions) *Dest {
	t.Helper()
	d, err := OpenDest(t.Context(), operand(t, s), src, opts)
	if err != nil {
		t.Fatalf("OpenDest(%q) = %v", s, err)
	}
	t.Cleanup(func() { d.Abort() })
	return d
}

func readyDest(t *testing.T, s string, src *Source, opts DestOptions) *Dest {
	t.Helper()
	d := openDest(t, s, src, opts)
	ready(t, d)
	return d
}

func ready(t *testing.T, e interface{ Ready(context.Context) error }) {
	t.Helper()
	if err := e.Ready(t.Context()); err != nil {
		t.Fatalf("Ready() = %v; want nil", err)
	}
}

func write(t *testing.T, d *Dest, s string) {
	t.Helper()
	if n, err := d.Write([]byte(s)); n != len(s) || err != nil {
		t.Fatalf("Write(%d bytes) = %d, %v; want %d, nil", len(s), n, err, len(s))
	}
}

func commit(t *testing.T, d *Dest) {
	t.Helper()
	if err := d.Commit(t.Context()); err != nil {
		t.Fatalf("Commit() = %v; want nil", err)
	}
}

// wantError compares the whole text, and the hint if there is one.
func wantError(t *testing.T, call string, err error, want, hint string) {
	t.Helper()
	if err == nil || err.Error() != want || hintOf(err) != hint {
		t.Errorf("%s = %v (hint %q); want %s (hint %q)", call, err, hintOf(err), want, hint)
	}
}

func wantUsage(t *testing.T, call string, err error, want string) {
	t.Helper()
	wantError(t, call, err, want, "")
	if _, ok := errors.AsType[*UsageError](err); !ok {
		t.Errorf("%s is a %T; want a usage error", call, err)
	}
}

func wantRead(t *testing.T, src *Source, want string) {
	t.Helper()
	got, err := io.ReadAll(src)
	if string(got) != want || err != nil {
		t.Errorf("ReadAll(%v) = %q, %v; want %q, nil", src.operand, abbreviate(got), err, abbreviate([]byte(want)))
	}
}

func wantFile(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("ReadFile(%q) = %q, %v; want %q, nil", path, abbreviate(got), err, abbreviate([]byte(want)))
	}
}

func abbreviate(b []byte) []byte { return b[:min(len(b), 60)] }

func writeFile(t *testing.T, path, contents string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(contents), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // not subject to the umask
		t.Fatal(err)
	}
}

// wantNames fails if dir holds anything but names, such as a temporary file.
func wantNames(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("ReadDir(%q) = %q; want %q", dir, got, names)
	}
}

func makeFIFO(t *testing.T, path string) string {
	t.Helper()
	if err := unix.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// inheritedPipe makes a pipe as a shell would: blocking, and unknown to the
// runtime's poller.
func inheritedPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	return inherit(t, fds[0]), inherit(t, fds[1])
}

func inheritedSockets(t *testing.T) (a, b *os.File) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	return inherit(t, fds[0]), inherit(t, fds[1])
}

func inherit(t *testing.T, fd int) *os.File {
	f := os.NewFile(uintptr(fd), "inherited")
	t.Cleanup(func() { f.Close() })
	return f
}

// wantBlocking fails if anybody has made the description non-blocking.
func wantBlocking(t *testing.T, f *os.File) {
	t.Helper()
	control(f, func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err != nil || flags&unix.O_NONBLOCK != 0 {
			t.Errorf("F_GETFL of an inherited descriptor = %#x, %v; want no O_NONBLOCK", flags, err)
		}
		return nil
	})
}

// patience is how long a test waits for what must happen, on a busy machine
// too.
const patience = time.Minute

// blocked returns when a goroutine is stuck inside the named function.
func blocked(t *testing.T, function string) {
	t.Helper()
	header := regexp.MustCompile(`^goroutine \d+ .*\[(IO wait|select|syscall)`)
	buf := make([]byte, 1<<20)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); runtime.Gosched() {
		for stack := range bytes.SplitSeq(buf[:runtime.Stack(buf, true)], []byte("\n\n")) {
			if header.Match(stack) && bytes.Contains(stack, []byte(function+"(")) {
				return
			}
		}
	}
	t.Fatalf("nobody waits in %s", function)
}

// wantCanceled starts op, waits until it is stuck in function, calls cancel,
// and wants a context error from op.
func wantCanceled(t *testing.T, function string, cancel func(), op func() error) {
	t.Helper()
	result := make(chan error)
	go func() { result <- op() }()
	blocked(t, function)
	cancel()
	if err := <-result; err != context.Canceled {
		t.Errorf("%s after cancellation = %v; want %v", function, err, context.Canceled)
	}
}

// checkLeaks fails the test if at its end there are more descriptors or
// goroutines than now. It is called first, so that its check comes after all
// other cleanups.
func checkLeaks(t *testing.T) {
	t.Helper()
	r, w, err := os.Pipe() // the poller's own descriptors are there from now on
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	fds, goroutines := countDescriptors(), runtime.NumGoroutine()
	t.Cleanup(func() {
		var nowFDs, now int
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); runtime.Gosched() {
			nowFDs, now = countDescriptors(), runtime.NumGoroutine()
			if nowFDs <= fds && now <= goroutines {
				return
			}
		}
		buf := make([]byte, 1<<20)
		t.Errorf("left behind: %d descriptors, %d goroutines\n%s", nowFDs-fds, now-goroutines, buf[:runtime.Stack(buf, true)])
	})
}

// countDescriptors counts the open descriptors with small numbers; tests have
// few.
func countDescriptors() int {
	n := 0
	for fd := range 200 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != syscall.EBADF {
			n++
		}
	}
	return n
}
