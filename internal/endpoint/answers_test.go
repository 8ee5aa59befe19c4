//go:build unix

package endpoint

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// peersOf returns a connected destination of each kind of socket, with its
// peer.
func peersOf(t *testing.T, opts DestOptions, use func(t *testing.T, d *Dest, peer net.Conn)) {
	t.Helper()
	t.Chdir(t.TempDir())
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": "peer"} {
		t.Run(network, func(t *testing.T) {
			checkLeaks(t)
			l, url := listen(t, network, address)
			d := readyDest(t, url, nil, opts)
			peer, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			l.Close()
			t.Cleanup(func() { peer.Close() })
			use(t, d, peer)
		})
	}
}

// A peer that sends everything back, and reads nothing while it does, is no
// obstacle.
func TestAnswersWhileWriting(t *testing.T) {
	const size = 64 << 20 // far more than any kernel holds
	peersOf(t, DestOptions{PeerOptions: PeerOptions{Linger: time.Hour}}, func(t *testing.T, d *Dest, peer net.Conn) {
		echoed := make(chan error, 1)
		go func() {
			_, err := io.Copy(onlyWriter{peer}, peer)
			echoed <- errors.Join(err, peer.Close())
		}()
		chunk := make([]byte, 1<<20)
		for range size / len(chunk) {
			if _, err := d.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		commit(t, d)
		if err := errors.Join(d.Linger(t.Context()), <-echoed); err != nil {
			t.Errorf("Linger(), and the peer's echo = %v; want nil", err)
		}
	})
}

// onlyWriter hides the short cuts of a connection.
type onlyWriter struct{ io.Writer }

// DropAnswers drops what is there, so that the peer can go on, and tells of its
// end.
func TestDropAnswers(t *testing.T) {
	peersOf(t, DestOptions{}, func(t *testing.T, d *Dest, peer net.Conn) {
		if more, err := d.DropAnswers(); !d.Answers() || !more || err != nil {
			t.Errorf("DropAnswers() of nothing = %v, %v; want true, nil", more, err)
		}
		said := make(chan error, 1)
		go func() {
			_, err := peer.Write(make([]byte, 64<<20)) // far more than any kernel holds
			said <- errors.Join(err, peer.(socketConn).CloseWrite())
		}()
		for more := true; more; runtime.Gosched() {
			var err error
			if more, err = d.DropAnswers(); err != nil {
				t.Fatalf("DropAnswers() = %v, %v; want nil", more, err)
			}
		}
		if err := <-said; err != nil {
			t.Errorf("peer's Write() and CloseWrite() = %v; want nil", err)
		}
		write(t, d, "still heard")
		d.Abort()
	})
}

// DropAnswers tells why a connection broke, as a write would.
func TestDropAnswersReset(t *testing.T) {
	d, peer := connected(t, "tcp", "127.0.0.1:0")
	peer.(*net.TCPConn).SetLinger(0)
	peer.Close()
	more, err := true, error(nil)
	for ; more; runtime.Gosched() {
		more, err = d.DropAnswers()
	}
	wantError(t, "DropAnswers()", err, `write destination "`+d.operand+`": connection reset by peer`, "")
}

// Linger ends with the peer's end, with its own, and with ctx; all is delivered
// by then.
func TestLinger(t *testing.T) {
	for _, test := range []struct {
		name   string
		linger time.Duration
		ends   func(peer net.Conn, cancel func())
	}{
		{"peer closes", time.Hour, func(peer net.Conn, _ func()) { peer.Close() }},
		{"peer half-closes", time.Hour, func(peer net.Conn, _ func()) { peer.(socketConn).CloseWrite() }},
		{"peer answers and closes", time.Hour, func(peer net.Conn, _ func()) { peer.Write(make([]byte, 10<<20)); peer.Close() }},
		{"interrupted", time.Hour, func(_ net.Conn, cancel func()) { cancel() }},
		{"time is up", time.Millisecond, func(net.Conn, func()) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			peersOf(t, DestOptions{PeerOptions: PeerOptions{Linger: test.linger}}, func(t *testing.T, d *Dest, peer net.Conn) {
				write(t, d, "all")
				commit(t, d)
				if got, err := io.ReadAll(peer); string(got) != "all" || err != nil {
					t.Errorf("peer read %q, %v; want all, nil", got, err)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go test.ends(peer, cancel)
				if err := d.Linger(ctx); err != nil {
					t.Errorf("Linger() = %v; want nil", err)
				}
			})
		})
	}
}

// A peer that closes with bytes unread has not got them, whatever its kernel
// has acknowledged.
func TestLingerReset(t *testing.T) {
	peersOf(t, DestOptions{PeerOptions: PeerOptions{Linger: time.Hour}}, func(t *testing.T, d *Dest, peer net.Conn) {
		write(t, d, "all")
		commit(t, d)
		peer.Close()
		wantError(t, "Linger()", d.Linger(t.Context()), `write destination "`+d.operand+`": connection reset by peer`, "")
	})
}

// Where there is no peer, or none to wait for, Linger does nothing.
func TestLingerAtNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	linger := DestOptions{PeerOptions: PeerOptions{Linger: time.Hour}}
	file := readyDest(t, "file", nil, linger)
	commit(t, file)
	at0, _ := connected(t, "tcp", "127.0.0.1:0")
	commit(t, at0)
	aborted, _ := connected(t, "tcp", "127.0.0.1:0")
	aborted.Abort()
	for _, d := range []*Dest{file, at0, aborted} {
		if err := d.Linger(t.Context()); err != nil {
			t.Errorf("Linger() at %s = %v; want nil", d.operand, err)
		}
	}
}

// An inherited socket's answers are dropped while a write waits, and at the
// end.
func TestInheritedSocketAnswers(t *testing.T) {
	checkLeaks(t)
	ours, theirs := inheritedSockets(t)
	d := readyDest(t, "-", nil, DestOptions{Stdout: ours})
	conn, err := net.FileConn(theirs)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	theirs.Close()
	echoed := make(chan error, 1)
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	go func() {
		_, err := io.CopyN(onlyWriter{conn}, conn, int64(len(want)))
		echoed <- err
	}()
	if n, err := d.Write(want); n != len(want) || err != nil {
		t.Errorf("Write() = %d, %v; want %d, nil", n, err, len(want))
	}
	commit(t, d)
	conn.Close() // or the rest of the echo would wait for somebody
	<-echoed
}

// A socket that is both ends is an echo of ours: what comes in is the source's.
func TestInheritedSocketIsSource(t *testing.T) {
	ours, theirs := inheritedSockets(t)
	src := openSource(t, "-", SourceOptions{Stdin: ours})
	d := readyDest(t, "-", src, DestOptions{Stdout: ours})
	theirs.Write([]byte("request"))
	write(t, d, strings.Repeat("x", 1000))
	d.stream.(*polledFile).dropAnswers()
	got := make([]byte, 7)
	if n, err := src.Read(got); string(got[:n]) != "request" || err != nil {
		t.Errorf("Read() = %q, %v; want request, nil", got[:n], err)
	}
	d.Abort()
}
