//go:build unix

package integration

import (
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A sum tells whether bytes are those that were sent.
type sum struct {
	size   int64
	sha256 [sha256.Size]byte
}

func sumOf(r io.Reader) (sum, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	return sum{n, [sha256.Size]byte(h.Sum(nil))}, err
}

// A sample is a file of random bytes.
type sample struct {
	path string
	sum  sum
}

func newSample(t testing.TB, dir, name string, size int64) sample {
	t.Helper()
	path := filepath.Join(dir, name)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	random := rand.NewChaCha8([32]byte{byte(size), byte(size >> 8), byte(size >> 16)})
	s, err := sumOf(io.TeeReader(io.LimitReader(random, size), file))
	if err != nil {
		t.Fatal(err)
	}
	return sample{path, s}
}

// An end is one side of a copy: the operand bpcopy is given, perhaps as one of its
// standard streams, and a way to get the other side of it once bpcopy runs.
type end struct {
	operand string
	stdio   *os.File // what "-" is to be
	reach   func(p *program) (io.ReadWriteCloser, error)
}

// An opener makes an end in a folder of its own; source tells whether bpcopy reads it.
type opener func(t *testing.T, dir string, source bool) end

// peerEnds are the ways to copy from and to another process.
func peerEnds() map[string]opener {
	return map[string]opener{
		"pipe": pipeEnd,
		"fifo": fifoEnd,
		"tcp":  func(t *testing.T, _ string, _ bool) end { return dialed(t, "tcp", "127.0.0.1:0") },
		"tcp6": func(t *testing.T, _ string, _ bool) end { return dialed(t, "tcp", "[::1]:0") },
		"unix": func(t *testing.T, dir string, _ bool) end { return dialed(t, "unix", filepath.Join(dir, "socket")) },

		"tcp-listen":  func(*testing.T, string, bool) end { return accepted("tcp", "tcp-listen://:0") },
		"tcp6-listen": func(*testing.T, string, bool) end { return accepted("tcp", "tcp-listen://[::1]:0") },
		"unix-listen": func(_ *testing.T, dir string, _ bool) end {
			return accepted("unix", "unix-listen://"+filepath.Join(dir, "socket"))
		},
	}
}

// pipeEnd is standard input or output.
func pipeEnd(t *testing.T, _ string, source bool) end {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() }) // and not when they happen to be collected
	ours, theirs := r, w
	if source {
		ours, theirs = w, r
	}
	t.Cleanup(func() { ours.Close() }) // not before: one that nobody can reach any more would be closed by itself
	return end{operand: "-", stdio: theirs, reach: func(*program) (io.ReadWriteCloser, error) { return ours, nil }}
}

// fifoEnd is a FIFO.
func fifoEnd(t *testing.T, dir string, source bool) end {
	t.Helper()
	path := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	flag := os.O_RDONLY
	if source {
		flag = os.O_WRONLY
	}
	return end{operand: path, reach: func(*program) (io.ReadWriteCloser, error) { return os.OpenFile(path, flag, 0) }}
}

// dialed is a socket that bpcopy connects to.
func dialed(t *testing.T, network, address string) end {
	t.Helper()
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return end{
		operand: network + "://" + listener.Addr().String(),
		reach:   func(*program) (io.ReadWriteCloser, error) { return listener.Accept() },
	}
}

// accepted is a socket on which bpcopy accepts a connection.
func accepted(network, operand string) end {
	return end{operand: operand, reach: func(p *program) (io.ReadWriteCloser, error) {
		address, err := p.listening()
		if err != nil {
			return nil, err
		}
		return net.Dial(network, address)
	}}
}

// serve copies with a program that has been prepared for both ends, any of which
// may be the zero end: send writes to the peer of src, the peer of dst is read to
// its end. It returns what came there.
func (p *program) serve(src, dst end, send func(io.Writer) error) sum {
	p.t.Helper()
	// A nil file would be taken for an open one.
	if src.stdio != nil {
		p.Stdin = src.stdio
	}
	if dst.stdio != nil {
		p.Stdout = dst.stdio
	}
	p.start()
	src.stdio.Close() // bpcopy has it now; a nil file minds nothing
	dst.stdio.Close()
	sent, received := make(chan error, 1), make(chan error, 1)
	var got sum
	go func() { sent <- src.with(p, func(peer io.ReadWriter) error { return send(peer) }) }()
	go func() {
		received <- dst.with(p, func(peer io.ReadWriter) (err error) {
			got, err = sumOf(peer)
			return err
		})
	}()
	p.want(0, "")
	if p.t.Failed() {
		p.t.FailNow() // the others might wait for ever
	}
	if err := <-sent; err != nil {
		p.t.Errorf("%q: sending to it: %v", p.Args, err)
	}
	if err := <-received; err != nil {
		p.t.Errorf("%q: receiving from it: %v", p.Args, err)
	}
	return got
}

// with reaches the peer, if there is one, uses it and closes it.
func (e end) with(p *program, use func(peer io.ReadWriter) error) error {
	if e.reach == nil {
		return nil
	}
	peer, err := e.reach(p)
	if err != nil {
		return err
	}
	defer peer.Close()
	return use(peer)
}
