//go:build unix

package endpoint

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"testing"
)

// listenURLs are the operands of a listener for each kind of socket; they need
// an empty working directory.
func listenURLs(t *testing.T) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	urls := []string{"tcp-listen://:0", "tcp-listen://127.0.0.1:0", "unix-listen://socket"}
	if l, err := net.Listen("tcp", "[::1]:0"); err == nil {
		l.Close()
		urls = append(urls, "tcp-listen://[::1]:0")
	}
	return urls
}

// A copy over a socket, with either side as the listener, arrives whole, with
// the end.
func TestSockets(t *testing.T) {
	checkLeaks(t)
	want := strings.Repeat("0123456789", 100_000)
	for _, url := range listenURLs(t) {
		for _, sourceListens := range []bool{true, false} {
			t.Run(url+" source "+strconv.FormatBool(sourceListens), func(t *testing.T) {
				var told string
				listening := PeerOptions{Listening: func(url string) { told = url }}
				var src *Source
				var d *Dest
				if sourceListens {
					src = openSource(t, url, SourceOptions{PeerOptions: listening})
					d = openDest(t, told, nil, DestOptions{})
				} else {
					d = openDest(t, url, nil, DestOptions{PeerOptions: listening})
					src = openSource(t, told, SourceOptions{})
				}
				if src.Name() != d.Name() || src.Kind() != KindSocket || d.Kind() != KindSocket {
					t.Errorf("Name(), Kind() = %q, %v and %q, %v; want the same name, and sockets", src.Name(), src.Kind(), d.Name(), d.Kind())
				}
				result := make(chan error)
				go func() {
					err := d.Ready(t.Context())
					if err == nil {
						_, err = d.Write([]byte(want[:500_000]))
					}
					if err == nil {
						_, err = d.Write([]byte(want[500_000:]))
					}
					result <- errors.Join(err, d.Commit(t.Context()))
				}()
				ready(t, src)
				if _, known := src.Size(); known {
					t.Error("Size() of a socket is known")
				}
				wantRead(t, src, want)
				if err := <-result; err != nil {
					t.Errorf("writing and committing = %v; want nil", err)
				}
				src.Close()
			})
		}
	}
	wantNames(t, ".") // the Unix sockets' files are gone
}

func TestListening(t *testing.T) {
	for _, url := range listenURLs(t) {
		var told string
		src := openSource(t, url, SourceOptions{PeerOptions: PeerOptions{Listening: func(url string) { told = url }}})
		conn := connect(t, told)
		ready(t, src)
		conn.Close()
		if _, err := dial(t, told); err == nil {
			t.Errorf("%s accepts a second connection", told)
		}
		if told == "unix://socket" {
			continue
		}
		host := "127.0.0.1"
		if strings.Contains(url, "[::1]") {
			host = "::1"
		}
		_, port, _ := net.SplitHostPort(src.Name())
		if want := "tcp://" + net.JoinHostPort(host, port); told != want || port == "0" {
			t.Errorf("Listening was told %q; want %q", told, want)
		}
	}
}

func dial(t *testing.T, url string) (net.Conn, error) {
	o := operand(t, url)
	return net.Dial(o.network(), o.address)
}

func connect(t *testing.T, url string) net.Conn {
	t.Helper()
	conn, err := dial(t, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// listen listens as the peer, and returns the URL to connect to.
func listen(t *testing.T, network, address string) (net.Listener, string) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, network + "://" + l.Addr().String()
}

// connected returns a destination and the peer it is connected to.
func connected(t *testing.T, network, address string) (*Dest, net.Conn) {
	t.Helper()
	l, url := listen(t, network, address)
	d := readyDest(t, url, nil, DestOptions{})
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	t.Cleanup(func() { peer.Close() })
	return d, peer
}

func TestSocketErrors(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	_, taken := listen(t, "tcp", "127.0.0.1:0")
	taken = "tcp-listen" + strings.TrimPrefix(taken, "tcp")
	l, refused := listen(t, "tcp", "127.0.0.1:0")
	l.Close()
	listen(t, "unix", "live")
	stale(t, "stale")
	writeFile(t, "file", "", 0o644)
	tests := []struct{ operand, want string }{
		{taken, `listen on source "` + taken + `": address already in use`},
		{refused, `connect to source "` + refused + `": connection refused`},
		{"tcp://[fe80::1%nosuch]:1", `connect to source "tcp://[fe80::1%nosuch]:1": `},
		{"unix://missing", `connect to source "unix://missing": no such file or directory`},
		{"unix://stale", `connect to source "unix://stale": connection refused`},
		{"unix-listen://live", `listen on source "unix-listen://live": address already in use`},
		{"unix-listen://file", `listen on source "unix-listen://file": file already exists and is no socket`},
		{"unix-listen://no/dir", `listen on source "unix-listen://no/dir": no such file or directory`},
	}
	for _, test := range tests {
		src, err := OpenSource(t.Context(), operand(t, test.operand), SourceOptions{})
		if err == nil {
			err = src.Ready(t.Context())
		}
		if strings.HasSuffix(test.want, ": ") { // what follows depends on the system
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("opening %s = %v; want %s…", test.operand, err, test.want)
			}
			continue
		}
		wantError(t, "opening "+test.operand, err, test.want, "")
	}
	wantNames(t, ".", "file", "live", "stale")
}

// stale leaves the file of a socket that nobody has open.
func stale(t *testing.T, path string) {
	t.Helper()
	l, _ := listen(t, "unix", path)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
}

func TestStaleSocket(t *testing.T) {
	t.Chdir(t.TempDir())
	stale(t, "socket")
	src := openSource(t, "unix-listen://socket", SourceOptions{})
	// Looking whether it is alive must not look like the connection it waits
	// for.
	_, err := OpenSource(t.Context(), operand(t, "unix-listen://socket"), SourceOptions{})
	wantError(t, "OpenSource()", err, `listen on source "unix-listen://socket": address already in use`, "")
	conn := connect(t, "unix://socket")
	conn.Write([]byte("hello"))
	conn.Close()
	ready(t, src)
	wantRead(t, src, "hello")

	stale(t, "socket")
	openDest(t, "unix-listen://socket", nil, DestOptions{}).Abort()
	wantNames(t, ".")
}
