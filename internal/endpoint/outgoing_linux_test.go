package endpoint

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// slowPeer returns a destination with more bytes written than its peer's side
// has room for.
func slowPeer(t *testing.T) (d *Dest, peer *net.TCPConn, written int) {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		return raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4096) })
	}}
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d = readyDest(t, "tcp://"+l.Addr().String(), nil, DestOptions{})
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	d.stream.(*outgoing).socketConn.(*net.TCPConn).SetWriteBuffer(200 << 10)
	const size = 64 << 10 // fits our side, and not the peer's
	write(t, d, strings.Repeat("x", size))
	return d, conn.(*net.TCPConn), size
}

// Commit waits until the last byte has left our kernel, however long the peer
// takes, and although it sends no more.
func TestSocketCommitWaits(t *testing.T) {
	checkLeaks(t)
	d, peer, written := slowPeer(t)
	peer.CloseWrite()
	result := make(chan error)
	go func() { result <- d.Commit(t.Context()) }()
	blocked(t, "endpoint.(*Dest).Commit")
	select {
	case err := <-result:
		t.Fatalf("Commit() = %v before the peer has read", err)
	default:
	}
	if n, err := io.Copy(io.Discard, peer); n != int64(written) || err != nil {
		t.Errorf("peer read %d, %v; want %d, nil", n, err, written)
	}
	if err := <-result; err != nil {
		t.Errorf("Commit() = %v; want nil", err)
	}
	peer.Close()
}

func TestSocketCommitCanceled(t *testing.T) {
	checkLeaks(t)
	d, peer, _ := slowPeer(t)
	ctx, cancel := context.WithCancel(t.Context())
	wantCanceled(t, "endpoint.(*Dest).Commit", cancel, func() error { return d.Commit(ctx) })
	peer.Close()
}

// A peer that goes away with bytes unread resets the connection: those bytes
// were not delivered.
func TestSocketCommitReset(t *testing.T) {
	for _, halfClosed := range []bool{false, true} {
		d, peer, _ := slowPeer(t)
		if halfClosed {
			peer.CloseWrite()
		}
		result := make(chan error)
		go func() { result <- d.Commit(t.Context()) }()
		blocked(t, "endpoint.(*Dest).Commit")
		peer.Close()
		wantError(t, "Commit()", <-result, `write destination "`+d.operand+`": connection reset by peer`, "")
	}
}

// A connection that broke before Commit is reported with its own cause.
func TestSocketCommitAfterReset(t *testing.T) {
	d, peer := connected(t, "tcp", "127.0.0.1:0")
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	wantError(t, "Commit()", d.Commit(t.Context()), `write destination "`+d.operand+`": connection reset by peer`, "")
}

// Over loopback no connection of ours is paced, whichever side makes it; what
// goes further is the administrator's.
func TestSocketLoopbackIsNotPaced(t *testing.T) {
	usual, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control")
	if err != nil {
		t.Fatal(err)
	}
	far := &net.Dialer{Control: func(network, _ string, raw syscall.RawConn) error {
		return easeLoopback(network, "192.0.2.1:9", raw) // as if it went there
	}}
	l, _ := listen(t, "tcp", "127.0.0.1:0")
	conn, err := far.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	wantCongestionControl(t, "a connection that leaves this host", conn.(*net.TCPConn), strings.TrimSpace(string(usual)))

	connecting, _ := connected(t, "tcp", "127.0.0.1:0")
	accepting := openDest(t, "tcp-listen://:0", nil, DestOptions{})
	connect(t, "tcp://"+accepting.Name())
	ready(t, accepting)
	for _, d := range []*Dest{connecting, accepting} {
		wantCongestionControl(t, d.operand, d.stream.(*outgoing), "reno")
	}
}

func wantCongestionControl(t *testing.T, name string, conn syscall.Conn, want string) {
	t.Helper()
	err := control(conn, func(fd int) error {
		got, err := unix.GetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION)
		if got = strings.TrimRight(got, "\x00"); got != want {
			t.Errorf("congestion control of %s is %q; want %q", name, got, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
