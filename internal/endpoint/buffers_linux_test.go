package endpoint

import (
	"net"
	"strings"
	"syscall"
	"testing"
)

// twice is what Linux makes of a size, for its own bookkeeping.
func twice(asked Buffers) Buffers { return Buffers{2 * asked.Receive, 2 * asked.Send} }

// bufferOf returns an option of a socket.
func bufferOf(t *testing.T, conn syscall.Conn, option int) (bytes int64) {
	t.Helper()
	err := control(conn, func(fd int) error {
		n, err := bufferSize(uintptr(fd), option)
		bytes = int64(n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// The sizes are set at both ends of every kind of socket, and on a listener
// before anybody can connect.
func TestBuffersGranted(t *testing.T) {
	checkLeaks(t)
	at := map[string]Buffers{
		"?rcvbuf=64KiB&sndbuf=32KiB": {64 << 10, 32 << 10},
		"?sndbuf=32KiB":              {0, 32 << 10},
		"?rcvbuf=64KiB":              {64 << 10, 0},
		"":                           {},
	}
	for _, url := range listenURLs(t) {
		for parameters, asked := range at {
			var told string
			src := openSource(t, url+parameters, SourceOptions{PeerOptions: PeerOptions{Listening: func(url string) { told = url }}})
			if strings.Contains(told, "?") {
				t.Errorf("%s%s listens on %q; want no parameters in that", url, parameters, told)
			}
			listener := src.waiter.(*acceptor).listener.(syscall.Conn)
			if got := bufferOf(t, listener, syscall.SO_RCVBUF); asked.Receive > 0 && got != 2*asked.Receive {
				t.Errorf("the listener of %s%s has a receive buffer of %d; want %d", url, parameters, got, 2*asked.Receive)
			}
			if got := src.Granted(); got != (Buffers{}) {
				t.Errorf("%s%s, Granted() before Ready() = %+v; want zeros", url, parameters, got)
			}
			d := openDest(t, told+parameters, nil, DestOptions{})
			connected := make(chan error)
			go func() { connected <- d.Ready(t.Context()) }()
			ready(t, src)
			if err := <-connected; err != nil {
				t.Fatal(err)
			}
			for side, granted := range map[string]Buffers{"source": src.Granted(), "destination": d.Granted()} {
				if granted != twice(asked) {
					t.Errorf("%s %s%s, Granted() = %+v; want %+v", side, url, parameters, granted, twice(asked))
				}
			}
			d.Abort()
			src.Close()
		}
	}
}

// A size that is more than the kernel grants is no error: what it granted is
// told.
func TestBuffersAreLimited(t *testing.T) {
	_, url := listen(t, "tcp", "127.0.0.1:0")
	d := readyDest(t, url+"?sndbuf=1GiB", nil, DestOptions{})
	if got := d.Granted(); got.Send <= 0 || got.Send != bufferOf(t, d.stream.(*outgoing).socketConn, syscall.SO_SNDBUF) {
		t.Errorf("Granted() = %+v; want what the socket has", got)
	}
}

// What others open has the same sizes.
func TestBuffersOfOthers(t *testing.T) {
	b := Buffers{Receive: 64 << 10, Send: 32 << 10}
	config := net.ListenConfig{Control: b.Control}
	for _, network := range []string{"tcp", "unix"} {
		t.Chdir(t.TempDir())
		address := map[string]string{"tcp": "127.0.0.1:0", "unix": "socket"}[network]
		l, err := config.Listen(t.Context(), network, address)
		if err != nil {
			t.Fatal(err)
		}
		dialer := net.Dialer{Control: b.Control}
		client, err := dialer.DialContext(t.Context(), network, l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		accepted, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetAccepted(accepted.(syscall.Conn)); err != nil {
			t.Fatal(err)
		}
		for _, conn := range []net.Conn{client, accepted} {
			raw, err := conn.(syscall.Conn).SyscallConn()
			if err != nil {
				t.Fatal(err)
			}
			if got := b.granted(raw); got != twice(b) {
				t.Errorf("%s: granted() = %+v; want %+v", network, got, twice(b))
			}
			conn.Close()
		}
		if err := b.SetAccepted(accepted.(syscall.Conn)); err == nil {
			t.Error("SetAccepted() of a closed connection = nil; want an error")
		}
		l.Close()
	}
}
