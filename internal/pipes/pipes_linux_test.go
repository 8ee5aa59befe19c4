package pipes

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func newPipe(t *testing.T) (in, out *os.File) {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); out.Close() })
	return in, out
}

// A pipe is enlarged, and never made smaller.
func TestEnlarge(t *testing.T) {
	in, _ := newPipe(t)
	fd := int(in.Fd())
	before, err := unix.FcntlInt(in.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := Enlarge(fd, before/2); got != before {
		t.Errorf("Enlarge(%d) of a pipe of %d = %d; want that it stays", before/2, before, got)
	}
	got := Enlarge(fd, 4*before)
	if now, err := unix.FcntlInt(in.Fd(), unix.F_GETPIPE_SZ, 0); got < before || now != got || err != nil {
		t.Errorf("Enlarge(%d) of a pipe of %d = %d, which holds %d, %v", 4*before, before, got, now, err)
	}
}

// A file is no pipe.
func TestEnlargeFile(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := Enlarge(int(file.Fd()), Largest); got != 0 {
		t.Errorf("Enlarge(a file) = %d; want 0", got)
	}
}
