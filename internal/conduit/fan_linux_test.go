package conduit

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

func newFan(t *testing.T, src *os.File, hold, chunk int64, dsts ...*os.File) *Fan {
	t.Helper()
	ends := make([]Destination, len(dsts))
	for i, dst := range dsts {
		ends[i] = file{File: dst}
	}
	c, err := Open(file{File: src}, ends, Options{Want: KernelOnly, Hold: hold, Chunk: chunk})
	if err != nil {
		t.Fatal(err)
	}
	f := c.(*Fan)
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return f
}

// TestFanKeepsBytesInOrder fills with arrivals of every size, of which there are more
// than the pipes have pages, and flushes to each destination in its own steps.
func TestFanKeepsBytesInOrder(t *testing.T) {
	const hold, chunk = 64 << 10, 5000
	random := rand.New(rand.NewPCG(1, 2))
	in, feed := newPipe(t)
	dsts := []*os.File{newFile(t, nil), newFile(t, nil), newFile(t, nil)}
	f := newFan(t, in, hold, chunk, dsts...)
	want := randomBytes(600_000)
	var filled int64
	flushed := make([]int64, len(dsts))
	overflowed, recovered := false, false
	for filled < int64(len(want)) {
		most := 5000
		if filled/50_000%2 == 0 {
			most = 20 // uses up pages
		}
		size := min(int64(random.IntN(most)+1), int64(len(want))-filled)
		if _, err := feed.Write(want[filled : filled+size]); err != nil {
			t.Fatal(err)
		}
		n, err := f.Fill(chunk)
		if n != size || err != nil {
			t.Fatalf("Fill at %d = %d, %v; want %d", filled, n, err, size)
		}
		filled += n
		overflowed = overflowed || f.behind
		recovered = recovered || overflowed && !f.behind
		all := random.IntN(200) == 0 // drained
		for i := range dsts {
			held := filled - flushed[i]
			if held > 0 && (all || held > hold/2 && random.IntN(10) == 0 || held > hold-chunk) {
				n, err := f.Flush(i, held)
				if n != held || err != nil {
					t.Fatalf("Flush(%d, %d) = %d, %v", i, held, n, err)
				}
				flushed[i] += n
			}
		}
	}
	for i, dst := range dsts {
		if n, err := f.Flush(i, filled-flushed[i]); n != filled-flushed[i] || err != nil {
			t.Fatalf("last Flush(%d) = %d, %v", i, n, err)
		}
		if got, err := os.ReadFile(dst.Name()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("destination %d: other bytes came out: %d of %d, %v", i, len(got), len(want), err)
		}
	}
	if !overflowed || !recovered {
		t.Errorf("memory was needed: %t, and then not any more: %t; the test wants both", overflowed, recovered)
	}
	feed.Close()
	if n, err := f.Fill(chunk); n != 0 || err != io.EOF {
		t.Errorf("Fill at the end = %d, %v; want io.EOF", n, err)
	}
}

// TestFanToPipes: every consumer gets all, at its own speed, from a file whose chunks
// are whole.
func TestFanToPipes(t *testing.T) {
	const chunk = 3000
	want := randomBytes(1<<20 + 17)
	fast, fastIn := newPipe(t)
	slow, slowIn := newPipe(t)
	f := newFan(t, newFile(t, want), 4*chunk, chunk, fastIn, slowIn)
	var readers sync.WaitGroup
	got := make([][]byte, 2)
	for i, from := range []io.Reader{fast, slow} {
		readers.Go(func() {
			p := make([]byte, 1+4096*i)
			if i == 0 {
				p = make([]byte, 64<<10)
			}
			for len(got[i]) < len(want) {
				n, err := from.Read(p)
				if err != nil {
					return
				}
				got[i] = append(got[i], p[:n]...)
			}
		})
	}
	for left := int64(len(want)); left > 0; {
		n, err := f.Fill(chunk)
		if n != min(chunk, left) || err != nil {
			t.Fatalf("Fill with %d left = %d, %v", left, n, err)
		}
		left -= n
		for i := range got {
			if m, err := f.Flush(i, n); m != n || err != nil {
				t.Fatalf("Flush(%d, %d) = %d, %v", i, n, m, err)
			}
		}
	}
	readers.Wait()
	for i := range got {
		if !bytes.Equal(got[i], want) {
			t.Errorf("consumer %d got other bytes: %d of %d", i, len(got[i]), len(want))
		}
	}
	if f.Name() != "kernel" {
		t.Errorf("Name() = %s; want kernel", f.Name())
	}
}

// TestFanGoesOnWithout: a destination that is gone is dropped, also the last one, and
// the others get all.
func TestFanGoesOnWithout(t *testing.T) {
	for gone := range 3 {
		want := randomBytes(100_000)
		dsts := []*os.File{newFile(t, nil), newFile(t, nil), newFile(t, nil)}
		r, w := newPipe(t)
		dsts[gone] = w
		r.Close()
		f := newFan(t, newFile(t, want), 20_000, 10_000, dsts...)
		for filled := 0; filled < len(want); filled += 10_000 {
			if n, err := f.Fill(10_000); n != 10_000 || err != nil {
				t.Fatalf("Fill = %d, %v", n, err)
			}
			for i := range dsts {
				if i == gone && filled > 0 {
					continue
				}
				_, err := f.Flush(i, 10_000)
				switch {
				case i != gone && err != nil:
					t.Fatal(err)
				case i == gone && filled == 0:
					if !errors.Is(err, unix.EPIPE) {
						t.Fatalf("Flush to a pipe that nobody reads = %v; want EPIPE", err)
					}
					f.Drop(i)
				}
			}
		}
		for i, dst := range dsts {
			if got, err := os.ReadFile(dst.Name()); i != gone && (err != nil || !bytes.Equal(got, want)) {
				t.Errorf("without %d, destination %d has other bytes: %d of %d, %v", gone, i, len(got), len(want), err)
			}
		}
	}
}

// TestFanWithoutAllocation: a chunk costs no memory.
func TestFanWithoutAllocation(t *testing.T) {
	src := newFile(t, make([]byte, 64<<10))
	f := newFan(t, src, 64<<10, 64<<10, newFile(t, nil), newFile(t, nil))
	if allocs := testing.AllocsPerRun(100, func() {
		src.Seek(0, io.SeekStart)
		f.Fill(64 << 10)
		f.Flush(0, 64<<10)
		f.Flush(1, 64<<10)
	}); allocs != 0 {
		t.Errorf("a chunk costs %v allocations; want 0", allocs)
	}
}
