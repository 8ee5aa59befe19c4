package conduit

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func newMemory(t testing.TB, hold, chunk int64) *Memory {
	t.Helper()
	m, err := NewMemory(hold, chunk)
	if err != nil {
		t.Fatalf("NewMemory(%d, %d) = %v", hold, chunk, err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return m
}

// exercise fills and flushes as the bytes of script say, keeping to the contract
// of NewMemory, and compares what comes out with what went in.
func exercise(t *testing.T, hold, chunk int64, script []byte) {
	t.Helper()
	m := newMemory(t, hold, chunk)
	var in, out bytes.Buffer
	var held, next int64
	for i, step := range script {
		size := int64(step)%chunk + 1
		if step < 128 && held <= hold {
			data := make([]byte, size)
			for j := range data {
				data[j] = byte(next)
				next++
			}
			in.Write(data)
			n, err := m.Fill(bytes.NewReader(data), chunk)
			if n != size || err != nil {
				t.Fatalf("step %d: Fill of %d bytes = %d, %v", i, size, n, err)
			}
			held += n
		} else if size = min(held, size*3); size > 0 {
			n, err := m.Flush(&out, size)
			if n != size || err != nil {
				t.Fatalf("step %d: Flush(%d) = %d, %v", i, size, n, err)
			}
			held -= n
		}
	}
	if n, err := m.Flush(&out, held); n != held || err != nil {
		t.Fatalf("last Flush(%d) = %d, %v", held, n, err)
	}
	if !bytes.Equal(in.Bytes(), out.Bytes()) {
		t.Fatalf("%d bytes in, other %d bytes out", in.Len(), out.Len())
	}
}

func TestMemoryKeepsBytesInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []struct{ hold, chunk int64 }{{0, 1}, {1, 1}, {1, 7}, {10, 3}, {64, 64}, {1000, 10}, {5, 64}} {
		script := make([]byte, 5000)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		exercise(t, size.hold, size.chunk, script)
	}
}

func FuzzMemory(f *testing.F) {
	f.Add(uint16(10), uint8(3), []byte{1, 200, 3, 4, 255})
	f.Fuzz(func(t *testing.T, hold uint16, chunk uint8, script []byte) {
		exercise(t, int64(hold), int64(chunk)+1, script)
	})
}

func TestMemoryReadsOnceForOneChunk(t *testing.T) {
	m := newMemory(t, 10, 10)
	n, err := m.Fill(iotest.OneByteReader(bytes.NewReader([]byte("abc"))), 10)
	if n != 1 || err != nil {
		t.Errorf("Fill() = %d, %v; want the one byte that is there", n, err)
	}
	n, err = m.Fill(bytes.NewReader([]byte("bcdef")), 2)
	if n != 2 || err != nil {
		t.Errorf("Fill(2) = %d, %v; want 2, nil", n, err)
	}
	var out bytes.Buffer
	if n, err := m.Flush(&out, 3); n != 3 || err != nil || out.String() != "abc" {
		t.Errorf("Flush(3) = %d, %v and wrote %q; want abc", n, err, out.String())
	}
}

func TestMemoryHandsErrorsOn(t *testing.T) {
	m := newMemory(t, 10, 10)
	broken := errors.New("broken")
	if _, err := m.Fill(iotest.ErrReader(broken), 10); err != broken {
		t.Errorf("Fill() = %v; want %v", err, broken)
	}
	if _, err := m.Fill(bytes.NewReader(nil), 10); err != io.EOF {
		t.Errorf("Fill() at the end = %v; want io.EOF", err)
	}
}

// shortWriter takes room bytes and then fails.
type shortWriter struct {
	room int
	err  error
}

func (w *shortWriter) Write(p []byte) (int, error) {
	n := min(w.room, len(p))
	w.room -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

func TestMemoryKeepsWhatWasNotTaken(t *testing.T) {
	m := newMemory(t, 10, 10)
	full := errors.New("full")
	if _, err := m.Fill(bytes.NewReader([]byte("abcdef")), 10); err != nil {
		t.Fatal(err)
	}
	if n, err := m.Flush(&shortWriter{2, full}, 6); n != 2 || err != full {
		t.Errorf("Flush(6) = %d, %v; want 2, %v", n, err, full)
	}
	var out bytes.Buffer
	if n, err := m.Flush(&out, 4); n != 4 || err != nil || out.String() != "cdef" {
		t.Errorf("Flush(4) = %d, %v and wrote %q; want the rest, cdef", n, err, out.String())
	}
}

func TestMemoryWithoutAllocation(t *testing.T) {
	m := newMemory(t, 1<<20, 1<<16)
	src := bytes.NewReader(make([]byte, 1<<16))
	allocs := testing.AllocsPerRun(100, func() {
		src.Seek(0, io.SeekStart)
		m.Fill(src, 1<<16)
		m.Flush(io.Discard, 1<<16)
	})
	if allocs != 0 {
		t.Errorf("a chunk costs %v allocations; want 0", allocs)
	}
}
