package conduit

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func (file) Ranged() error { return nil }

func newRange(t *testing.T, src *os.File, opts Options, dsts ...*os.File) *Range {
	t.Helper()
	ends := make([]Destination, len(dsts))
	for i, dst := range dsts {
		ends[i] = file{File: dst}
	}
	opts.Want = RangeOnly
	c, err := Open(file{File: src}, ends, opts)
	if err != nil {
		t.Fatalf("Open(range) = %v", err)
	}
	return c.(*Range)
}

// carry fills and flushes in turn, by chunks of up to chunk bytes, to all
// destinations, and closes.
func carry(r *Range, chunk int) error {
	random := rand.New(rand.NewPCG(1, 2))
	for {
		n, err := r.Fill(int64(1 + random.IntN(chunk)))
		if err == io.EOF {
			var failed error
			for i := range r.dsts {
				failed = errors.Join(failed, r.Complete(i))
			}
			return errors.Join(failed, r.Close())
		}
		if err != nil {
			return errors.Join(err, r.Close())
		}
		for i := range r.dsts {
			if _, err := r.Flush(i, n); err != nil {
				return errors.Join(err, r.Close())
			}
		}
	}
}

// sparse makes a file of size bytes with data at some places.
func sparse(t *testing.T, size int64, data ...int64) *os.File {
	t.Helper()
	f := newFile(t, nil)
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	for _, at := range data {
		if _, err := f.WriteAt(randomBytes(5000), at); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func content(t *testing.T, f *os.File) []byte {
	t.Helper()
	got, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func blocks(t *testing.T, f *os.File) int64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(f.Name(), &st); err != nil {
		t.Fatal(err)
	}
	return st.Blocks
}

// TestRangeCopies: the same bytes at every destination, whatever the chunks, the
// holes, who finds them, and who copies.
func TestRangeCopies(t *testing.T) {
	const mib = 1 << 20
	for name, src := range map[string]*os.File{
		"empty":          newFile(t, nil),
		"one byte":       newFile(t, []byte("x")),
		"data":           newFile(t, randomBytes(3*mib+17)),
		"a hole":         sparse(t, mib+17),
		"hole at start":  sparse(t, mib, mib-5000),
		"hole at end":    sparse(t, 2*mib+1, 0),
		"holes":          sparse(t, 4*mib+5, 3, mib, mib+100_000, 3*mib-7),
		"unaligned hole": sparse(t, 300_001, 100_001),
	} {
		for _, how := range []string{"as it comes", "holes not told", "no call", "holes filled"} {
			for _, chunk := range []int{1000, 4096, 128 << 10} {
				if _, err := src.Seek(0, io.SeekStart); err != nil {
					t.Fatal(err)
				}
				a, b := newFile(t, nil), newFile(t, nil)
				r := newRange(t, src, Options{KeepHoles: how != "holes filled"}, a, b)
				for _, d := range r.dsts {
					if how == "holes not told" || how == "no call" {
						d.buffer = make([]byte, rangeBuffer)
					}
				}
				if how == "holes not told" {
					r.holes.told = false
				}
				if err := carry(r, chunk); err != nil {
					t.Errorf("%s, %s, chunks of %d: %v", name, how, chunk, err)
				}
				for _, dst := range []*os.File{a, b} {
					if !bytes.Equal(content(t, dst), content(t, src)) {
						t.Errorf("%s, %s, chunks of %d: other bytes came out", name, how, chunk)
					}
					at, err := dst.Seek(0, io.SeekCurrent)
					if info, _ := dst.Stat(); err != nil || at != info.Size() {
						t.Errorf("%s, %s: the destination stands at %d of %d, %v", name, how, at, info.Size(), err)
					}
					if how == "as it comes" && blocks(t, dst) > blocks(t, src) {
						t.Errorf("%s, chunks of %d: %d blocks became %d", name, chunk, blocks(t, src), blocks(t, dst))
					}
					if info, _ := src.Stat(); how == "holes filled" && blocks(t, dst)*512 < info.Size() {
						t.Errorf("%s: %d blocks for %d bytes; want no hole", name, blocks(t, dst), info.Size())
					}
				}
			}
		}
	}
}

// TestRangeOverOldBytes: holes do not let the old bytes of a file through.
func TestRangeOverOldBytes(t *testing.T) {
	src := sparse(t, 200_000, 100_000)
	dst := newFile(t, randomBytes(300_000))
	r := newRange(t, src, Options{KeepHoles: true}, dst)
	if err := carry(r, 50_000); err != nil {
		t.Fatal(err)
	}
	if got := content(t, dst)[:200_000]; !bytes.Equal(got, content(t, src)) {
		t.Error("old bytes are left")
	}
}

// TestRangeGrowsAndShrinks: what is appended meanwhile is copied, and what is cut off
// after it counted as read is an error.
func TestRangeGrowsAndShrinks(t *testing.T) {
	src := newFile(t, randomBytes(10_000))
	dst := newFile(t, nil)
	r := newRange(t, src, Options{}, dst)
	n, err := r.Fill(20_000)
	if n != 10_000 || err != nil {
		t.Fatalf("Fill(20000) of 10000 bytes = %d, %v", n, err)
	}
	if _, err := src.WriteAt(randomBytes(5000), 10_000); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Fill(20_000); n != 5000 || err != nil {
		t.Fatalf("Fill after 5000 bytes were appended = %d, %v", n, err)
	}
	if n, err := r.Flush(0, 5000); n != 5000 || err != nil {
		t.Fatalf("Flush(5000) = %d, %v", n, err)
	}
	if err := src.Truncate(6000); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Flush(0, 10_000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Flush of what was cut off = %v; want %v", err, io.ErrUnexpectedEOF)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestRangeNamesTheSide: the error of a range is that of its reading or its writing.
func TestRangeNamesTheSide(t *testing.T) {
	src, dst := newFile(t, randomBytes(100_000)), newFile(t, nil)
	readOnly, err := os.Open(dst.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	r := newRange(t, src, Options{}, readOnly)
	if _, err := r.Fill(100_000); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Flush(0, 100_000); n != 0 || !errors.Is(err, unix.EBADF) {
		t.Errorf("Flush to a file that is open for reading = %d, %v; want EBADF", n, err)
	}
	r.Close()
}

// TestRangeWithoutAllocation: a chunk costs no memory.
func TestRangeWithoutAllocation(t *testing.T) {
	src, dst := newFile(t, make([]byte, 1<<20)), newFile(t, nil)
	r := newRange(t, src, Options{}, dst)
	defer r.Close()
	if allocs := testing.AllocsPerRun(100, func() {
		if n, err := r.Fill(8192); n != 8192 || err != nil {
			t.Fatal(n, err)
		}
		if n, err := r.Flush(0, 8192); n != 8192 || err != nil {
			t.Fatal(n, err)
		}
	}); allocs != 0 {
		t.Errorf("a chunk costs %v allocations; want 0", allocs)
	}
}
