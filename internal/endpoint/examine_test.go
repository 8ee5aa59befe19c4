//go:build unix

package endpoint

import (
	"context"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// The descriptor that is examined is the one that is read or written: also of a socket
// that is shared, which is given to nobody else.
func TestExamine(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	sockets, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(sockets[1])
	socket := os.NewFile(uintptr(sockets[0]), "socket")
	defer socket.Close()
	for name, file := range map[string]*os.File{"pipe": r, "socket": socket} {
		src, err := OpenSource(t.Context(), operand(t, "-"), SourceOptions{Stdin: file})
		if err != nil {
			t.Fatal(err)
		}
		var got, want unix.Stat_t
		err = src.Examine(func(fd int) {
			if err := unix.Fstat(fd, &got); err != nil {
				t.Error(err)
			}
		})
		if err != nil {
			t.Errorf("%s: Examine() = %v", name, err)
		}
		if err := control(file, func(fd int) error { return unix.Fstat(fd, &want) }); err != nil {
			t.Fatal(err)
		}
		if got.Ino != want.Ino || got.Dev != want.Dev {
			t.Errorf("%s: inode %d was examined; want %d", name, got.Ino, want.Ino)
		}
		if err := src.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Before the peer is there, there is nothing to examine.
func TestExamineTooEarly(t *testing.T) {
	src, err := OpenSource(context.Background(), operand(t, "tcp-listen://127.0.0.1:0"), SourceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	err = src.Examine(func(int) { t.Error("something was examined") })
	if want := `examine source "tcp-listen://127.0.0.1:0": has no descriptor`; err == nil || err.Error() != want {
		t.Errorf("Examine() = %v; want %s", err, want)
	}
}
