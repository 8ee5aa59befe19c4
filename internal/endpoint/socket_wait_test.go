//go:build unix

package endpoint

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestSocketCancel(t *testing.T) {
	checkLeaks(t)
	const waiting = "endpoint.(*end).Ready"
	for _, url := range listenURLs(t) {
		src := openSource(t, url, SourceOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		wantCanceled(t, waiting, cancel, func() error { return src.Ready(ctx) })
		src.Close()
		d := openDest(t, url, nil, DestOptions{})
		wantCanceled(t, waiting, d.Cancel, func() error { return d.Ready(t.Context()) })
		d.Abort()
	}
	for _, network := range []string{"tcp", "unix"} {
		address := map[string]string{"tcp": "127.0.0.1:0", "unix": "peer"}[network]
		d, _ := connected(t, network, address)
		wantCanceled(t, "endpoint.(*Dest).Write", d.Cancel, func() error {
			_, err := d.Write(make([]byte, 64<<20))
			return err
		})
		d.Abort()
	}
	l, url := listen(t, "tcp", "127.0.0.1:0")
	src := readySource(t, url, SourceOptions{})
	wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error {
		_, err := src.Read(make([]byte, 1))
		return err
	})
	src.Close()
	l.Close()
	wantNames(t, ".")
}

func TestSocketTimeouts(t *testing.T) {
	t.Chdir(t.TempDir())
	peer := PeerOptions{AcceptTimeout: time.Millisecond, ConnectTimeout: 2 * time.Millisecond}
	for _, url := range []string{"tcp-listen://:0", "unix-listen://socket"} {
		src := openSource(t, url, SourceOptions{PeerOptions: peer})
		wantTimeout(t, src.Ready(t.Context()), `accept on source "`+url+`": no connection within 1ms`)
		src.Close()
		d := openDest(t, url, nil, DestOptions{PeerOptions: peer})
		wantTimeout(t, d.Ready(t.Context()), `accept on destination "`+url+`": no connection within 1ms`)
		d.Abort()
	}
	for _, url := range []string{fullListener(t, "tcp"), fullListener(t, "unix")} {
		err := openDest(t, url, nil, DestOptions{PeerOptions: peer}).Ready(t.Context())
		wantTimeout(t, err, `connect to destination "`+url+`": no connection within 2ms`)
		d := openDest(t, url, nil, DestOptions{})
		wantCanceled(t, "endpoint.(*end).Ready", d.Cancel, func() error { return d.Ready(t.Context()) })
	}
}

// fullListener returns the URL of a listener that accepts nothing and has no
// room for one more to wait.
func fullListener(t *testing.T, network string) string {
	t.Helper()
	family, address := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	if network == "unix" {
		family, address = unix.AF_UNIX, &unix.SockaddrUnix{Name: "full"}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := errors.Join(unix.Bind(fd, address), unix.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	url := "unix://full"
	if network == "tcp" {
		name, err := unix.Getsockname(fd)
		if err != nil {
			t.Fatal(err)
		}
		url = "tcp://127.0.0.1:" + strconv.Itoa(name.(*unix.SockaddrInet4).Port)
	}
	connect(t, url) // a backlog of 0 has room for one
	return url
}

func TestSocketSourceReset(t *testing.T) {
	l, url := listen(t, "tcp", "127.0.0.1:0")
	src := readySource(t, url, SourceOptions{})
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	_, err = src.Read(make([]byte, 1))
	wantError(t, "Read()", err, `read source "`+url+`": connection reset by peer`, "")
}

// A peer that has gone is a failure, and not a consumer that has had enough.
func TestSocketDestPeerGone(t *testing.T) {
	t.Chdir(t.TempDir())
	d, peer := connected(t, "unix", "peer")
	peer.Close()
	_, err := d.Write([]byte("x"))
	wantError(t, "Write()", err, `write destination "unix://peer": broken pipe`, "")
	if errors.Is(err, ErrConsumerGone) {
		t.Errorf("Write() = %v; want anything but %v", err, ErrConsumerGone)
	}
	d, peer = connected(t, "tcp", "127.0.0.1:0")
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	for err == nil || !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		_, err = d.Write([]byte("x"))
	}
	if errors.Is(err, ErrConsumerGone) {
		t.Errorf("Write() = %v; want anything but %v", err, ErrConsumerGone)
	}
}

// An aborted copy must not look complete to a TCP peer.
func TestSocketAbortResets(t *testing.T) {
	d, peer := connected(t, "tcp", "127.0.0.1:0")
	write(t, d, "half")
	io.ReadFull(peer, make([]byte, 4))
	d.Abort()
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("peer's Read() after Abort = %v; want %v", err, syscall.ECONNRESET)
	}
}

// What the peer sends, nobody reads: it must not make closing destroy what the
// peer has yet to read.
func TestSocketPeerTalks(t *testing.T) {
	t.Chdir(t.TempDir())
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": "peer"} {
		d, peer := connected(t, network, address)
		write(t, d, "hello")
		peer.Write(make([]byte, 100_000))
		commit(t, d)
		if got, err := io.ReadAll(peer); string(got) != "hello" || err != nil {
			t.Errorf("peer at %s read %q, %v; want hello, nil", network, got, err)
		}
	}
}

// A peer that never takes the last bytes is given up.
func TestSocketCommitIdleTimeout(t *testing.T) {
	_, url := listen(t, "tcp", "127.0.0.1:0")
	d := readyDest(t, url, nil, DestOptions{PeerOptions: PeerOptions{IdleTimeout: 20 * time.Millisecond}})
	write(t, d, strings.Repeat("x", 2<<20)) // more than a peer that reads nothing has room for
	wantTimeout(t, d.Commit(t.Context()), `write destination "`+url+`": no acknowledgment within 20ms`)
}
