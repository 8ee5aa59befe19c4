//go:build unix

package endpoint

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestSourceFile(t *testing.T) {
	checkLeaks(t)
	path := filepath.Join(t.TempDir(), "in.img")
	writeFile(t, path, "hello", 0o644)
	src := readySource(t, path, SourceOptions{})
	if size, known := src.Size(); size != 5 || !known {
		t.Errorf("Size() = %d, %v; want 5, true", size, known)
	}
	if src.Name() != "in.img" || src.Kind() != KindRegular {
		t.Errorf("Name(), Kind() = %q, %v; want in.img, regular file", src.Name(), src.Kind())
	}
	if _, ok := src.SyscallConn(); !ok {
		t.Error("SyscallConn() is false for a regular file")
	}
	wantRead(t, src, "hello")
	if n, err := src.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("Read() at the end = %d, %v; want 0, EOF", n, err)
	}
	src.Cancel()
	src.Cancel()
	if n, err := src.Read(make([]byte, 1)); n != 0 || err != context.Canceled {
		t.Errorf("Read() after Cancel = %d, %v; want 0, %v", n, err, context.Canceled)
	}
	for range 2 {
		if err := src.Close(); err != nil {
			t.Errorf("Close() = %v; want nil", err)
		}
	}
}

func TestSourceReadyAfterCancel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	writeFile(t, path, "hello", 0o644)
	src := openSource(t, path, SourceOptions{})
	src.Cancel()
	if err := src.Ready(t.Context()); err != context.Canceled {
		t.Errorf("Ready() after Cancel = %v; want %v", err, context.Canceled)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := openSource(t, path, SourceOptions{}).Ready(ctx); err != context.Canceled {
		t.Errorf("Ready() with a canceled context = %v; want %v", err, context.Canceled)
	}
}

func TestSourceErrors(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	writeFile(t, "file", "", 0o644)
	os.Symlink("loop", "loop")
	os.Mkdir("dir", 0o755)
	listener := openSource(t, "unix-listen://socket", SourceOptions{})
	defer listener.Close()
	tests := []struct{ operand, want, hint string }{
		{"x", `open source "x": no such file or directory`, ""},
		{"a/b", `open source "a/b": no such file or directory`, ""},
		{"dir", `open source "dir": is a directory`, ""},
		{"dir/", `open source "dir/": is a directory`, ""},
		{"file/", `open source "file/": not a directory`, ""},
		{"loop", `open source "loop": too many levels of symbolic links`, ""},
		{"socket", `open source "socket": is a socket`, `to connect to it, write "unix://socket"`},
	}
	for _, test := range tests {
		_, err := OpenSource(t.Context(), operand(t, test.operand), SourceOptions{})
		wantError(t, "OpenSource("+test.operand+")", err, test.want, test.hint)
	}
}

func TestSourceStdinFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	writeFile(t, path, "hello", 0o644)
	stdin, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	io.ReadFull(stdin, make([]byte, 2))
	src := readySource(t, "-", SourceOptions{Stdin: stdin})
	if size, known := src.Size(); size != 3 || !known {
		t.Errorf("Size() = %d, %v; want 3, true", size, known)
	}
	if src.Name() != "stdin" {
		t.Errorf("Name() = %q; want stdin", src.Name())
	}
	buf := make([]byte, 2)
	if n, err := src.Read(buf); n != 2 || err != nil {
		t.Errorf("Read() = %d, %v; want 2, nil", n, err)
	}
	src.Close()
	if rest, err := io.ReadAll(stdin); string(rest) != "o" || err != nil {
		t.Errorf("after Close standard input has %q, %v; want %q, nil", rest, err, "o")
	}
}

func TestSourceStdinDirectory(t *testing.T) {
	stdin, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	_, err = OpenSource(t.Context(), operand(t, "-"), SourceOptions{Stdin: stdin})
	wantError(t, "OpenSource(-)", err, `open source "-": is a directory`, "")
}

// A read delivers what is there and does not wait to fill its buffer.
func TestSourceStdinPipe(t *testing.T) {
	checkLeaks(t)
	for _, inherited := range []struct {
		name string
		make func(*testing.T) (r, w *os.File)
	}{{"pipe", inheritedPipe}, {"socket", inheritedSockets}} {
		t.Run(inherited.name, func(t *testing.T) {
			r, w := inherited.make(t)
			src := readySource(t, "-", SourceOptions{Stdin: r})
			if size, known := src.Size(); size != 0 || known {
				t.Errorf("Size() = %d, %v; want 0, false", size, known)
			}
			buf := make([]byte, 100)
			for _, chunk := range []string{"a", "bc"} {
				w.WriteString(chunk)
				if n, err := src.Read(buf); string(buf[:n]) != chunk || err != nil {
					t.Errorf("Read() = %q, %v; want %q, nil", buf[:n], err, chunk)
				}
			}
			wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error {
				_, err := src.Read(buf)
				return err
			})
			wantBlocking(t, r)
		})
	}
}

func TestSourceStdinPipeEnd(t *testing.T) {
	r, w := inheritedPipe(t)
	src := readySource(t, "-", SourceOptions{Stdin: r})
	w.WriteString("all")
	w.Close()
	wantRead(t, src, "all")
}

// Closing the source lets the writer know at once that nobody reads on.
func TestSourceStdinPipeCloseReachesWriter(t *testing.T) {
	r, w := inheritedPipe(t)
	src := readySource(t, "-", SourceOptions{Stdin: r})
	src.Close()
	if _, err := w.WriteString("x"); !isBrokenPipe(err) {
		t.Errorf("writing to a closed source = %v; want EPIPE", err)
	}
}

// A disk's size is where its end is; any file has one.
func TestSourceMeasure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "disk")
	writeFile(t, path, "12345", 0o600)
	src := readySource(t, path, SourceOptions{})
	src.size, src.sizeKnown = 0, false
	if err := src.measure(src.stream.(ownFile).File); err != nil {
		t.Fatal(err)
	}
	if size, known := src.Size(); size != 5 || !known {
		t.Errorf("Size() = %d, %v; want 5, true", size, known)
	}
	wantRead(t, src, "12345")
}
