//go:build unix

package endpoint

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

type inheritedKind struct {
	name string
	make func(*testing.T) (r, w *os.File)
}

func inheritedKinds() []inheritedKind {
	return []inheritedKind{{"pipe", inheritedPipe}, {"socket", inheritedSockets}}
}

// The reader sees the end at Commit although the process, and its descriptor,
// live on.
func TestStdoutEndAtCommit(t *testing.T) {
	checkLeaks(t)
	for _, kind := range inheritedKinds() {
		t.Run(kind.name, func(t *testing.T) {
			r, w := kind.make(t)
			d := readyDest(t, "-", nil, DestOptions{Stdout: w})
			if d.Name() != "stdout" {
				t.Errorf("Name() = %q; want stdout", d.Name())
			}
			want := strings.Repeat("0123456789", 30_000)
			result := make(chan error)
			go func() {
				_, err := d.Write([]byte(want[:100_000]))
				_, vecErr := d.Write([]byte(want[100_000:]))
				wantBlocking(t, w)
				result <- errors.Join(err, vecErr, d.Commit(t.Context()))
			}()
			got, err := io.ReadAll(r)
			if string(got) != want || err != nil {
				t.Errorf("ReadAll() = %d bytes, %v; want %d, nil", len(got), err, len(want))
			}
			if err := <-result; err != nil {
				t.Errorf("writing and committing = %v; want nil", err)
			}
			if _, err := w.WriteString("x"); err != nil {
				t.Errorf("writing to the released descriptor = %v; want nil, as it is the null device", err)
			}
		})
	}
}

func TestStdoutCancel(t *testing.T) {
	checkLeaks(t)
	for _, kind := range inheritedKinds() {
		t.Run(kind.name, func(t *testing.T) {
			_, w := kind.make(t)
			d := readyDest(t, "-", nil, DestOptions{Stdout: w})
			wantCanceled(t, "endpoint.(*Dest).Write", d.Cancel, func() error {
				_, err := d.Write(make([]byte, 10<<20))
				return err
			})
			wantBlocking(t, w)
			if err := d.Abort(); err != nil {
				t.Errorf("Abort() = %v; want nil", err)
			}
		})
	}
}

func TestStdoutConsumerGone(t *testing.T) {
	for _, kind := range inheritedKinds() {
		t.Run(kind.name, func(t *testing.T) {
			r, w := kind.make(t)
			d := readyDest(t, "-", nil, DestOptions{Stdout: w})
			r.Close()
			_, err := d.Write([]byte("x"))
			wantError(t, "Write()", err, `write destination "-": the consumer went away`, "")
			if !errors.Is(err, ErrConsumerGone) {
				t.Errorf("Write() = %v; want %v", err, ErrConsumerGone)
			}
		})
	}
}

// Like any program, we write where standard output stands, and leave it there.
func TestStdoutFile(t *testing.T) {
	path := t.TempDir() + "/out"
	for _, flag := range []int{0, os.O_APPEND} {
		stdout, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|flag, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		stdout.WriteString("before ")
		d := readyDest(t, "-", nil, DestOptions{Stdout: stdout})
		if want := flag != 0; d.appending != want {
			t.Errorf("appending = %v; want %v", d.appending, want)
		}
		if n, err := d.Write([]byte("middle ")); n != 7 || err != nil {
			t.Errorf("Write() = %d, %v; want 7, nil", n, err)
		}
		commit(t, d)
		stdout.WriteString("after")
		stdout.Close()
		wantFile(t, path, "before middle after")
	}
}

func TestStdioInheritedSocketPair(t *testing.T) {
	both, peer := inheritedSockets(t)
	src := readySource(t, "-", SourceOptions{Stdin: both})
	d := readyDest(t, "-", src, DestOptions{Stdout: both}) // as under inetd: not the same file in the sense that matters
	peer.WriteString("ping")
	buf := make([]byte, 10)
	if n, err := src.Read(buf); n != 4 || err != nil {
		t.Errorf("Read() = %d, %v; want 4, nil", n, err)
	}
	write(t, d, "pong")
	if n, err := peer.Read(buf); n != 4 || err != nil {
		t.Errorf("peer's Read() = %d, %v; want 4, nil", n, err)
	}
}

func TestStdioSamePipe(t *testing.T) {
	r, w := inheritedPipe(t)
	src := openSource(t, "-", SourceOptions{Stdin: r})
	_, err := OpenDest(t.Context(), operand(t, "-"), src, DestOptions{Stdout: w})
	wantError(t, "OpenDest(-)", err, `open destination "-": same file as source "-"`, "")
}
