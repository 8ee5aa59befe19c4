package integration

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// listen is a TCP listener for the length of the test.
func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// TestNoPeer: nobody to connect to, nothing to listen on.
func TestNoPeer(t *testing.T) {
	busy, free := listen(t), listen(t)
	free.Close()
	const refused, taken = "connection refused", "address already in use"
	const unknown = `looking up "unknown..host": no such host`
	const foreign = "cannot assign requested address"
	files := map[string]string{"src": "new", "dst": "old"}
	for _, tt := range []struct{ op, operand, want string }{
		{"connect to", "tcp://" + free.Addr().String(), refused},
		{"connect to", "tcp://unknown..host:80", unknown},
		{"listen on", "tcp-listen://" + busy.Addr().String(), taken},
		{"listen on", "tcp-listen://unknown..host:80", unknown},
		{"listen on", "tcp-listen://192.0.2.1:0", foreign}, // an address for documentation
	} {
		dir := folder(t, files)
		for side, args := range map[string][]string{"source": {tt.operand, "dst"}, "destination": {"src", tt.operand}} {
			p := bpcopy(t, args...)
			p.Dir = dir
			p.want(1, fmt.Sprintf("%s %s %q: %s", tt.op, side, tt.operand, tt.want))
		}
		wantFolder(t, dir, files)
	}
}

// TestSocketFileTaken: a Unix socket on which somebody listens is not taken away, one
// that a dead process left is.
func TestSocketFileTaken(t *testing.T) {
	dir := folder(t, nil)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: dir + "/socket"})
	if err != nil {
		t.Fatal(err)
	}
	p := bpcopy(t, "unix-listen://socket", "-")
	p.Dir = dir
	p.want(1, `listen on source "unix-listen://socket": address already in use`)

	listener.SetUnlinkOnClose(false)
	listener.Close()
	p = bpcopy(t, "-q", "--accept-timeout=1ms", "unix-listen://socket", "-")
	p.Dir = dir
	p.want(4, `accept on source "unix-listen://socket": no connection within 1ms`)
	wantFolder(t, dir, nil)
}

// unaccepted is the address of one who accepts nobody and whose queue is full.
func unaccepted(t *testing.T) (address string) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address = fmt.Sprintf("127.0.0.1:%d", bound.(*unix.SockaddrInet4).Port)
	conn, err := net.Dial("tcp", address) // a queue of no length has room for one
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	untilRefusing(t, fd)
	return address
}

// untilRefusing waits until the queue of a listener is longer than it may be. The
// connection is in it a moment after the one who made it has been told.
func untilRefusing(t *testing.T, listener int) {
	t.Helper()
	for start := time.Now(); time.Since(start) < patience; runtime.Gosched() {
		info, err := unix.GetsockoptTCPInfo(listener, unix.IPPROTO_TCP, unix.TCP_INFO)
		if err != nil {
			t.Fatal(err)
		}
		if length, limit := info.Unacked, info.Sacked; length > limit { // what they are of a listener
			return
		}
	}
	t.Fatal("the queue of a listener does not fill")
}

// TestConnectTimeout: nobody answers.
func TestConnectTimeout(t *testing.T) {
	host := unaccepted(t)
	files := map[string]string{"src": "new", "dst": "old"}
	dir := folder(t, files)
	for side, args := range map[string][]string{"source": {"tcp://" + host, "dst"}, "destination": {"src", "tcp://" + host}} {
		p := bpcopy(t, append(args, "--connect-timeout=50ms")...)
		p.Dir = dir
		p.want(4, fmt.Sprintf("connect to %s %q: no connection within 50ms", side, "tcp://"+host))
	}
	wantFolder(t, dir, files)
}

// TestIdlePeer: a peer that takes no more is given up, whether bytes wait in the
// marks or the last of them in the kernel.
func TestIdlePeer(t *testing.T) {
	large := newSample(t, t.TempDir(), "large", 16<<20)
	small := newSample(t, t.TempDir(), "small", 1<<20)
	for _, tt := range []struct {
		file sample
		want string
	}{
		{large, `write destination "tcp://%v": no byte moved for 100ms`},
		{small, `write destination "tcp://%v": no acknowledgment within 100ms`},
	} {
		listener := listen(t)
		p := bpcopy(t, "-q", "--idle-timeout=100ms", tt.file.path, "tcp://"+listener.Addr().String()).start()
		peer, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer peer.Close()
		p.want(4, fmt.Sprintf(tt.want, listener.Addr()))
	}
}

// TestLoopbackOnly: a listener is for this machine alone unless somebody says
// otherwise, and then for what was said.
func TestLoopbackOnly(t *testing.T) {
	for operand, want := range map[string]string{
		"tcp-listen://:0":          `tcp://127\.0\.0\.1:\d+`,
		"tcp-listen://0.0.0.0:0":   `tcp://0\.0\.0\.0:\d+`,
		"tcp-listen://[::1]:0":     `tcp://\[::1\]:\d+`,
		"tcp-listen://127.0.0.1:0": `tcp://127\.0\.0\.1:\d+`,
	} {
		p := bpcopy(t, "-q", "--accept-timeout=1ms", operand, "/dev/null").start()
		p.await(`^bpcopy: listening on ` + want + `\n`)
		p.want(4, fmt.Sprintf("accept on source %q: no connection within 1ms", operand))
	}
}

// TestBuffers: what the kernel grants of the sizes that an operand asks for is in the
// summary, and a condition on one that was not asked for does not hold.
func TestBuffers(t *testing.T) {
	dir := folder(t, map[string]string{"src": "data"})
	receiver := bpcopy(t, "-q", "--json=sum", "--expect=source.rcvbuf = 128KiB", "--expect=source.sndbuf < 1GiB", "tcp-listen://:0?rcvbuf=64KiB", "/dev/null")
	receiver.Dir = dir
	receiver.start()
	address, err := receiver.listening()
	if err != nil {
		t.Fatal(err)
	}
	sender := bpcopy(t, "-q", "--expect=destinations[0].sndbuf = 64KiB", "src", "tcp://"+address+"?sndbuf=32KiB")
	sender.Dir = dir
	sender.want(0, "")
	receiver.want(3, `expectation "source.sndbuf < 1GiB" does not hold: source.sndbuf is null; null has no order`)
	summary, err := os.ReadFile(filepath.Join(dir, "sum"))
	if err != nil || !strings.Contains(string(summary), `"size":null,"rcvbuf":131072},"destinations":[{"name":"null","bytes":4,"writes":1,"writes_false":0,"drains":0,"peak_length":4}]`) {
		t.Errorf("the summary is %s, %v; want the granted rcvbuf of the source alone", summary, err)
	}
}
