package integration

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// hasEnded tells whether the program has ended, and leaves it to be waited for.
func (p *program) hasEnded() bool {
	p.t.Helper()
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, p.Process.Pid, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	if err != nil {
		p.t.Fatalf("waitid: %v", err)
	}
	return info.Signo != 0
}

// TestSlowPeer: a peer that takes its time, and says something itself that nobody
// reads, gets everything and then the end. bpcopy reports no success before.
func TestSlowPeer(t *testing.T) {
	const size, last = 3 << 20, 1 << 20 // the last is more than the kernel holds
	file := newSample(t, t.TempDir(), "src", size)
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "socket")} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			p, peer := slowPeer(t, network, address, file.path)
			first, err := sumOf(io.LimitReader(peer, size-last))
			if err != nil || p.hasEnded() {
				t.Errorf("after %d bytes, %v: success with %d bytes to be taken", first.size, err, last)
			}
			got, err := sumOf(peer)
			if want := file.tail(t, last); got != want || err != nil {
				t.Errorf("then %d bytes, sha256 %x, %v; want %d, %x, and the end", got.size, got.sha256, err, last, want.sha256)
			}
			p.want(0, "")
		})
	}
}

// tail is the sum of the last n bytes.
func (s sample) tail(t *testing.T, n int64) sum {
	t.Helper()
	file, err := os.Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := sumOf(io.NewSectionReader(file, s.sum.size-n, n))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestHalfClose: a peer that has sent all, and says so, need not close for that.
func TestHalfClose(t *testing.T) {
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "socket")} {
		src := dialed(t, network, address)
		p := bpcopy(t, "-q", src.operand, "dst")
		p.Dir = folder(t, nil)
		p.start()
		if err := src.with(p, func(peer io.ReadWriter) error {
			if _, err := io.WriteString(peer, "all"); err != nil {
				return err
			}
			if err := peer.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
				return err
			}
			p.want(0, "")
			_, err := peer.Read(make([]byte, 1))
			return err
		}); err != io.EOF {
			t.Errorf("%s: after its end the peer read %v; want the end", network, err)
		}
		wantFolder(t, p.Dir, map[string]string{"dst": "all"})
	}
}

// slowPeer starts a copy to a peer whose kernel takes little for it.
func slowPeer(t *testing.T, network, address, src string) (*program, net.Conn) {
	t.Helper()
	small := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4096) })
	}}
	listener, err := small.Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := bpcopy(t, "-q", src, network+"://"+listener.Addr().String()).start()
	peer, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	if _, err := peer.Write(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	return p, peer
}
