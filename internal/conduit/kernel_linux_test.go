package conduit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// file is an end of a kernel conduit, as package endpoint has them.
type file struct {
	*os.File
	unfit error
}

func (f file) Spliceable() error          { return f.unfit }
func (f file) ReadError(err error) error  { return err }
func (f file) Took(int64)                 {}
func (f file) WriteError(err error) error { return err }
func (f file) Wrote(int64)                {}
func (f file) Away() error                { return nil }
func (f file) Regular() bool              { info, err := f.Stat(); return err == nil && info.Mode().IsRegular() }
func (f file) Socket() bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeSocket != 0
}
func (f file) SyscallConn() (syscall.RawConn, bool) {
	raw, err := f.File.SyscallConn()
	return raw, err == nil
}

func newKernel(t *testing.T, src, dst *os.File, hold, chunk int64) *Kernel {
	t.Helper()
	k, err := NewKernel(file{File: src}, file{File: dst}, hold, chunk)
	if err != nil {
		t.Fatalf("NewKernel(%d, %d) = %v", hold, chunk, err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return k
}

// fill and flush wait for the ends, as the blocking conduit's do.
func fill(k Polled, size int64) (int64, error) {
	for {
		if n, err := k.TryFill(size); n > 0 || err != nil {
			return n, err
		}
		k.Wait(true, false, Forever)
	}
}

func flush(k Polled, size int64) (done int64, err error) {
	for done < size && err == nil {
		var n int64
		n, err = k.TryFlush(size - done)
		done += n
		if n == 0 && err == nil {
			k.Wait(false, true, Forever)
		}
	}
	return done, err
}

func newPipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func newFile(t *testing.T, content []byte) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func randomBytes(n int) []byte {
	random := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// TestKernelKeepsBytesInOrder fills with chunks of every size from a pipe and
// flushes into a file, so far behind that small chunks use up the pipe's pages.
func TestKernelKeepsBytesInOrder(t *testing.T) {
	const hold, chunk = 256 << 10, 5000
	random := rand.New(rand.NewPCG(1, 2))
	in, feed := newPipe(t)
	dst := newFile(t, nil)
	k := newKernel(t, in, dst, hold, chunk)
	want := randomBytes(1 << 20)
	var filled, flushed int64
	for filled < int64(len(want)) {
		size := min(int64(random.IntN(3))*2400+1, int64(len(want))-filled)
		if _, err := feed.Write(want[filled : filled+size]); err != nil {
			t.Fatal(err)
		}
		n, err := fill(k, chunk)
		if n != size || err != nil {
			t.Fatalf("Fill at %d = %d, %v; want %d", filled, n, err, size)
		}
		filled += n
		if held := filled - flushed; held > hold {
			n, err := flush(k, held-int64(random.IntN(1000)))
			if err != nil {
				t.Fatal(err)
			}
			flushed += n
		}
	}
	if n, err := flush(k, filled-flushed); n != filled-flushed || err != nil {
		t.Fatalf("last Flush(%d) = %d, %v", filled-flushed, n, err)
	}
	if got, err := os.ReadFile(dst.Name()); err != nil || !bytes.Equal(got, want) {
		t.Errorf("other bytes came out: %d of %d, %v", len(got), len(want), err)
	}
}

// TestKernelTakesSmallArrivals holds many more arrivals than the pipe has
// pages.
func TestKernelTakesSmallArrivals(t *testing.T) {
	in, feed := newPipe(t)
	out, w := newPipe(t)
	k := newKernel(t, in, w, 64<<10, 100)
	const count = 1000
	for i := range count {
		feed.Write([]byte{byte(i)})
		if n, err := fill(k, 100); n != 1 || err != nil {
			t.Fatalf("Fill of arrival %d = %d, %v; want 1", i, n, err)
		}
	}
	if k.behind == 0 {
		t.Error("all arrivals found a page; the test wants more of them")
	}
	flushed := make(chan error)
	go func() {
		_, err := flush(k, count)
		flushed <- err
	}()
	got := make([]byte, count)
	if _, err := io.ReadFull(out, got); err != nil {
		t.Fatal(err)
	}
	if err := <-flushed; err != nil {
		t.Fatalf("Flush(0, %d) = %v", count, err)
	}
	for i, b := range got {
		if b != byte(i) {
			t.Fatalf("byte %d is %d; want %d", i, b, byte(i))
		}
	}
}

// TestKernelReadsWholeChunksOfAFile: a file's chunks are whole even where the
// pipe has no page for the rest of one.
func TestKernelReadsWholeChunksOfAFile(t *testing.T) {
	want := randomBytes(100_003)
	dst := newFile(t, nil)
	k := newKernel(t, newFile(t, want), dst, 60_000, 1000)
	var total int64
	for {
		n, err := fill(k, 1000)
		if err == io.EOF {
			break
		}
		if left := int64(len(want)) - total; n != min(1000, left) || err != nil {
			t.Fatalf("Fill at %d = %d, %v; want %d", total, n, err, min(1000, left))
		}
		total += n
		if total%50_000 == 0 {
			if _, err := flush(k, 50_000); err != nil {
				t.Fatal(err)
			}
		}
	}
	flush(k, total%50_000)
	if got, _ := os.ReadFile(dst.Name()); !bytes.Equal(got, want) {
		t.Errorf("other bytes came out: %d of %d", len(got), len(want))
	}
}

func newSockets(t *testing.T) (a, b *os.File) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, b = os.NewFile(uintptr(fds[0]), "a"), os.NewFile(uintptr(fds[1]), "b")
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

func TestKernelOverSockets(t *testing.T) {
	in, feed := newSockets(t)
	out, far := newSockets(t)
	k := newKernel(t, in, out, 64<<10, 4096)
	want := randomBytes(10_000)
	go func() {
		feed.Write(want)
		feed.Close()
	}()
	for total := int64(0); ; {
		n, err := fill(k, 4096)
		if err == io.EOF {
			if total != int64(len(want)) {
				t.Errorf("the end came after %d bytes; want %d", total, len(want))
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		total += n
		if _, err := flush(k, n); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(far, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("other bytes came out, %v", err)
	}
}

func TestKernelHandsErrorsOn(t *testing.T) {
	out, w := newPipe(t)
	k := newKernel(t, newFile(t, []byte("abc")), w, 4096, 4096)
	if _, err := fill(k, 4096); err != nil {
		t.Fatal(err)
	}
	out.Close()
	if n, err := flush(k, 3); n != 0 || !errors.Is(err, unix.EPIPE) {
		t.Errorf("Flush to a pipe without reader = %d, %v; want EPIPE", n, err)
	}
	if n, err := fill(k, 4096); n != 0 || err != io.EOF {
		t.Errorf("Fill at the end = %d, %v; want io.EOF", n, err)
	}
}

func TestOpenChooses(t *testing.T) {
	src := newFile(t, nil)
	r, w := newPipe(t)
	socket, _ := newSockets(t)
	tooMuch := fmt.Sprintf("reserve %d bytes for the marks: ", int64(1<<50+8192))
	if math.MaxInt > math.MaxInt32 {
		tooMuch += "cannot allocate memory; want lower marks or smaller chunks"
	} else {
		tooMuch += fmt.Sprintf("want at most %d on this machine", math.MaxInt)
	}
	unfit := errors.New(`source "x" is a character device`)
	for _, tt := range []struct {
		want        Choice
		src         Source
		dst         Destination
		hold, chunk int64
		name, err   string
	}{
		{Auto, file{File: src}, file{File: w}, 64 << 10, 4096, "kernel", ""},
		{MemoryOnly, file{File: src}, file{File: w}, 64 << 10, 4096, "memory", ""},
		{KernelOnly, file{File: r}, file{File: w}, 64 << 10, 4096, "kernel", ""},
		{Auto, file{src, unfit}, file{File: w}, 64 << 10, 4096, "memory", ""},
		{KernelOnly, file{src, unfit}, file{File: w}, 64 << 10, 4096, "", `conduit kernel: source "x" is a character device`},
		{Auto, file{File: r}, file{File: src}, 64 << 10, 4096, "kernel", ""},
		{Auto, file{File: socket}, file{File: src}, 64 << 10, 4096, "kernel", ""},
		{Auto, file{File: src}, file{File: src}, 64 << 10, 4096, "kernel", ""},
		{Auto, &ends{}, file{File: w}, 64 << 10, 4096, "memory", ""},
		{KernelOnly, &ends{}, file{File: w}, 64 << 10, 4096, "", "conduit kernel: the source has no descriptor"},
		{KernelOnly, file{File: src}, &ends{}, 64 << 10, 4096, "", "conduit kernel: the destination has no descriptor"},
		{Auto, file{File: src}, file{File: w}, 1 << 30, 4096, "memory", ""},
		{KernelOnly, file{File: src}, file{File: w}, 1 << 40, 4096, "",
			"conduit kernel: the kernel grants no pipe of the 1099511631870 bytes that the marks need"},
		{MemoryOnly, file{File: src}, file{File: w}, 1 << 50, 4096, "", tooMuch},
	} {
		c, err := Open(tt.src, []Destination{tt.dst}, Options{Want: tt.want, Hold: tt.hold, Chunk: tt.chunk})
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("Open(%v, …) = %v; want %v", tt.want, err, tt.err)
			}
			continue
		}
		if err != nil || c.Name() != tt.name {
			t.Errorf("Open(%v, …) = %v, %v; want %s", tt.want, c, err, tt.name)
			continue
		}
		c.Close()
	}
}

func TestKernelWithoutAllocation(t *testing.T) {
	src := newFile(t, make([]byte, 64<<10))
	k := newKernel(t, src, newFile(t, nil), 64<<10, 64<<10)
	allocs := testing.AllocsPerRun(100, func() {
		src.Seek(0, io.SeekStart)
		fill(k, 64<<10)
		flush(k, 64<<10)
	})
	if allocs != 0 {
		t.Errorf("a chunk costs %v allocations; want 0", allocs)
	}
}

// TestWake: a wait without an end is ended, also by a wake-up that came before
// it.
func TestWake(t *testing.T) {
	in, _ := newPipe(t)
	_, w := newPipe(t)
	k := newKernel(t, in, w, 4096, 4096)
	k.Wake()
	k.Wait(true, false, Forever)
	woken := make(chan struct{})
	go func() {
		k.Wait(true, false, Forever)
		close(woken)
	}()
	k.Wake()
	<-woken
}
