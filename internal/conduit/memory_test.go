package conduit

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// ends are a source and a destination that a test changes as it goes.
type ends struct {
	io.Reader
	io.Writer
}

func newMemory(t testing.TB, ends *ends, hold, chunk int64) *Memory {
	t.Helper()
	m, err := NewMemory(ends, []Destination{ends}, hold, chunk)
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

// exercise fills and flushes as the bytes of script say, keeping to the
// contract of NewMemory, and compares what comes out at both destinations with
// what went in.
func exercise(t *testing.T, hold, chunk int64, script []byte) {
	t.Helper()
	var in bytes.Buffer
	var outs [2]bytes.Buffer
	src := &ends{}
	m, err := NewMemory(src, []Destination{&outs[0], &outs[1]}, hold, chunk)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var held [2]int64
	var next byte
	flush := func(dst int, size int64) {
		if n, err := m.Flush(dst, size); n != size || err != nil {
			t.Fatalf("Flush(%d, %d) = %d, %v", dst, size, n, err)
		}
		held[dst] -= size
	}
	for _, step := range script {
		size := int64(step)%chunk + 1
		if step < 128 && max(held[0], held[1]) <= hold {
			data := make([]byte, size)
			for j := range data {
				data[j] = next
				next++
			}
			in.Write(data)
			src.Reader = bytes.NewReader(data)
			if n, err := m.Fill(chunk); n != size || err != nil {
				t.Fatalf("Fill of %d bytes = %d, %v", size, n, err)
			}
			held[0] += size
			held[1] += size
		} else if dst := int(step) % 2; held[dst] > 0 {
			flush(dst, min(held[dst], size*3))
		}
	}
	for dst := range outs {
		flush(dst, held[dst])
		if !bytes.Equal(in.Bytes(), outs[dst].Bytes()) {
			t.Fatalf("%d bytes in, other %d bytes out at destination %d", in.Len(), outs[dst].Len(), dst)
		}
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
	var out bytes.Buffer
	ends := &ends{iotest.OneByteReader(strings.NewReader("abc")), &out}
	m := newMemory(t, ends, 10, 10)
	if n, err := m.Fill(10); n != 1 || err != nil {
		t.Errorf("Fill(10) = %d, %v; want the one byte that is there", n, err)
	}
	ends.Reader = strings.NewReader("bcdef")
	if n, err := m.Fill(2); n != 2 || err != nil {
		t.Errorf("Fill(2) = %d, %v; want 2, nil", n, err)
	}
	if n, err := m.Flush(0, 3); n != 3 || err != nil || out.String() != "abc" {
		t.Errorf("Flush(3) = %d, %v and wrote %q; want abc", n, err, out.String())
	}
}

func TestMemoryHandsErrorsOn(t *testing.T) {
	broken := errors.New("broken")
	ends := &ends{Reader: iotest.ErrReader(broken)}
	m := newMemory(t, ends, 10, 10)
	if _, err := m.Fill(10); err != broken {
		t.Errorf("Fill(10) = %v; want %v", err, broken)
	}
	ends.Reader = strings.NewReader("")
	if _, err := m.Fill(10); err != io.EOF {
		t.Errorf("Fill(10) at the end = %v; want io.EOF", err)
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
	full := errors.New("full")
	ends := &ends{strings.NewReader("abcdef"), &shortWriter{2, full}}
	m := newMemory(t, ends, 10, 10)
	if _, err := m.Fill(10); err != nil {
		t.Fatal(err)
	}
	if n, err := m.Flush(0, 6); n != 2 || err != full {
		t.Errorf("Flush(6) = %d, %v; want 2, %v", n, err, full)
	}
	var out bytes.Buffer
	ends.Writer = &out
	if n, err := m.Flush(0, 4); n != 4 || err != nil || out.String() != "cdef" {
		t.Errorf("Flush(4) = %d, %v and wrote %q; want the rest, cdef", n, err, out.String())
	}
}

func TestMemoryDropsADestination(t *testing.T) {
	var out bytes.Buffer
	m, err := NewMemory(counter{}, []Destination{io.Discard, &out}, 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.Fill(10)
	m.Drop(0) // it would fill the ring
	for range 100 {
		if n, err := m.Flush(1, 10); n != 10 || err != nil {
			t.Fatalf("Flush(1, 10) = %d, %v", n, err)
		}
		if n, err := m.Fill(10); n != 10 || err != nil {
			t.Fatalf("Fill(10) = %d, %v", n, err)
		}
	}
	if want := strings.Repeat("0123456789", 100); out.String() != want {
		t.Errorf("the other got %q", out.String())
	}
}

// counter reads digits for ever.
type counter struct{}

func (counter) Read(p []byte) (int, error) { return copy(p, "0123456789"), nil }

func TestMemoryWithoutAllocation(t *testing.T) {
	src := bytes.NewReader(make([]byte, 1<<16))
	m := newMemory(t, &ends{src, io.Discard}, 1<<20, 1<<16)
	allocs := testing.AllocsPerRun(100, func() {
		src.Seek(0, io.SeekStart)
		m.Fill(1 << 16)
		m.Flush(0, 1<<16)
	})
	if allocs != 0 {
		t.Errorf("a chunk costs %v allocations; want 0", allocs)
	}
}
