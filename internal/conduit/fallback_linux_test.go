package conduit

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A file that only read(2) can read, and one that only write(2) can write, are
// copied all the same, or refused where the kernel's conduit alone is wanted.
func TestKernelFallsBack(t *testing.T) {
	environ, err := os.Open("/proc/self/environ")
	if err != nil {
		t.Fatal(err)
	}
	defer environ.Close()
	want, err := os.ReadFile("/proc/self/environ")
	if err != nil || len(want) == 0 {
		t.Skipf("/proc/self/environ has %d bytes, %v", len(want), err)
	}
	out := newFile(t, nil)
	for _, choice := range []Choice{KernelOnly, Auto} {
		c, err := Open(file{File: environ}, []Destination{file{File: out}}, Options{Want: choice, Hold: 64 << 10, Chunk: int64(len(want))})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		k := c.(Polled)
		n, err := fill(k, int64(len(want)))
		if choice == KernelOnly {
			if n != 0 || err != errRefused {
				t.Errorf("Fill() from a file that refuses splice = %d, %v; want 0, %v", n, err, errRefused)
			}
			continue
		}
		if n != int64(len(want)) || err != nil {
			t.Errorf("Fill() = %d, %v; want %d, nil", n, err, len(want))
		}
		if n, err := flush(k, n); n != int64(len(want)) || err != nil {
			t.Errorf("Flush() = %d, %v; want %d, nil", n, err, len(want))
		}
	}
	if got, err := os.ReadFile(out.Name()); string(got) != string(want) {
		t.Errorf("wrote %q, %v; want %q", got, err, want)
	}
}

func TestKernelFallsBackToWrite(t *testing.T) {
	want := randomBytes(3 * scratchSize)
	src := newFile(t, want)
	out, err := os.OpenFile(filepath.Join(t.TempDir(), "out"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, choice := range []Choice{KernelOnly, Auto} { // splice refuses to append
		c, err := Open(file{File: src}, []Destination{file{File: out}}, Options{Want: choice, Hold: 1 << 19, Chunk: int64(len(want))})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		k := c.(Polled)
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		n, err := fill(k, int64(len(want)))
		if n != int64(len(want)) || err != nil {
			t.Fatalf("Fill() = %d, %v; want %d, nil", n, err, len(want))
		}
		n, err = flush(k, n)
		if choice == KernelOnly && (n != 0 || err != errRefused) || choice == Auto && (n != int64(len(want)) || err != nil) {
			t.Errorf("%v: Flush() = %d, %v", choice, n, err)
		}
	}
	if got, err := os.ReadFile(out.Name()); !bytes.Equal(got, want) {
		t.Errorf("wrote %d bytes, %v; want %d", len(got), err, len(want))
	}
}
