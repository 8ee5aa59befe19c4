package integration

import (
	"io"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asUser runs do in a thread of that user's, which ends with it.
func asUser(t *testing.T, user int, do func() error) {
	t.Helper()
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlock it
		if _, _, err := unix.RawSyscall(unix.SYS_SETRESUID, uintptr(user), uintptr(user), uintptr(user)); err != 0 {
			failed <- err
			return
		}
		failed <- do()
	}()
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
}

// 25 copies of one user leave that user's other pipes as large as they are. The
// limit is for all of a user's processes, so this is a user that nobody else is.
func TestPipesOfOneUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs to be root, to be somebody else")
	}
	const user, copies, ordinary = 54321, 25, 64 << 10
	var pipes []*os.File
	asUser(t, user, func() error {
		for range 2 * copies {
			r, w, err := os.Pipe()
			if err != nil {
				return err
			}
			t.Cleanup(func() { r.Close(); w.Close() })
			pipes = append(pipes, r, w)
		}
		return nil
	})
	for i := range copies {
		four := pipes[4*i:]
		p := bpcopy(t, "-q", "-", "-").as(user)
		p.Stdin, p.Stdout = four[0], four[3]
		p.start()
		const much = 4 << 20 // enough to tell that it passes fast
		written := make(chan error)
		go func() {
			_, err := four[1].Write(make([]byte, much))
			written <- err
		}()
		if _, err := io.ReadFull(four[2], make([]byte, much)); err != nil {
			t.Fatal(err)
		}
		if err := <-written; err != nil {
			t.Fatal(err)
		}
	}
	enlarged := 0
	for _, end := range pipes {
		if size, err := unix.FcntlInt(end.Fd(), unix.F_GETPIPE_SZ, 0); err != nil || size < ordinary {
			t.Errorf("an end of a copy holds %d bytes, %v; want at least %d", size, err, ordinary)
		} else if size > ordinary {
			enlarged++
		}
	}
	if enlarged == 0 {
		t.Error("no pipe was enlarged")
	}
	asUser(t, user, func() error {
		for range 40 {
			r, w, err := os.Pipe()
			if err != nil {
				return err
			}
			defer r.Close()
			defer w.Close()
			if size, err := unix.FcntlInt(r.Fd(), unix.F_GETPIPE_SZ, 0); size != ordinary {
				t.Errorf("a new pipe holds %d bytes, %v; want %d", size, err, ordinary)
			}
		}
		return nil
	})
}
