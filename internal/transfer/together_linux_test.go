package transfer

import (
	"bytes"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"bpcopy/internal/conduit"
)

// pipeEnd is an end of a pipe that the kernel can read or write by itself, as
// package endpoint has them.
type pipeEnd struct{ *os.File }

func (pipeEnd) Cancel()                    {}
func (pipeEnd) Spliceable() error          { return nil }
func (pipeEnd) ReadError(err error) error  { return err }
func (pipeEnd) WriteError(err error) error { return err }
func (pipeEnd) Ended() error               { return io.EOF }
func (pipeEnd) Gone() error                { return syscall.EPIPE }
func (pipeEnd) Took(int64)                 {}
func (pipeEnd) Wrote(int64)                {}
func (pipeEnd) Away() error                { return nil }
func (pipeEnd) Regular() bool              { return false }
func (pipeEnd) Socket() bool               { return false }
func (p pipeEnd) SyscallConn() (syscall.RawConn, bool) {
	raw, err := p.File.SyscallConn()
	return raw, err == nil
}

// newPipe is a pipe that ends with the test.
func newPipe(t *testing.T) (in, out *os.File) {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	return in, out
}

// throughPipes prepares a copy of data from a pipe to a pipe. What it returns
// runs the copy, and wants all of data at the end.
func throughPipes(t *testing.T, data []byte, opts Options) (run func()) {
	t.Helper()
	feed, src := newPipe(t)
	dst, result := newPipe(t)
	c, err := New(pipeEnd{src}, []Destination{pipeEnd{dst}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.engine.(*polling); !ok {
		t.Errorf("the engine is a %T; want one that polls", c.engine)
	}
	return func() {
		var got []byte
		var others sync.WaitGroup
		others.Go(func() { feed.Write(data); feed.Close() })
		others.Go(func() { got, _ = io.ReadAll(result) })
		if err := c.Run(t.Context()); err != nil {
			t.Errorf("Run() = %v; want nil", err)
		}
		dst.Close()
		src.Close()
		others.Wait()
		if stats := c.Stats(); !bytes.Equal(got, data) || stats.Written != int64(len(data)) {
			t.Errorf("%d bytes arrived, right: %v, and %d are said to be written; want all %d",
				len(got), bytes.Equal(got, data), stats.Written, len(data))
		}
	}
}

// TestPollingCopiesAtOnce: copies with real pipes and real waits run side by
// side on one processor, which none of them keeps.
func TestPollingCopiesAtOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	data := make([]byte, mib)
	for i := range data {
		data[i] = byte(i ^ i>>8)
	}
	for _, rate := range []int64{0, 16 * mib} {
		var copies sync.WaitGroup
		for range 4 {
			opts := marks(64*kib, 64*kib, 16*kib)
			opts.Conduit, opts.Rate = conduit.KernelOnly, rate
			copies.Go(throughPipes(t, data, opts))
		}
		copies.Wait()
		if now := runtime.GOMAXPROCS(0); now != 1 {
			t.Errorf("processors after the copies: %d; want 1 as before", now)
		}
	}
}
