package evidence

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"bpcopy/internal/stream"
)

// What a real process at the other end of a full pipe does is seen, and how much waits.
func TestConsumers(t *testing.T) {
	for mode, state := range map[string]string{"sleep": Sleeping, "spin": Running} {
		t.Run(mode, func(t *testing.T) {
			r, w := pipes(t)
			cmd := helper(t, mode, r, nil)
			r.Close()
			fill(t, w)
			l := eyesOn(t, End{}, endOf(w))
			found := until(t, l, 0, does(cmd, state))
			if q := found.queue; q == nil || q.bytes != q.capacity || !q.holds {
				t.Errorf("queue %+v; want a full one", q)
			}
			if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
				t.Fatal(err)
			}
			until(t, l, 0, does(cmd, Stopped))
		})
	}
}

// The time that a process uses is seen.
func TestCPUTime(t *testing.T) {
	r, w := pipes(t)
	cmd := helper(t, "spin", r, nil)
	r.Close()
	l := eyesOn(t, End{}, endOf(w))
	before := until(t, l, 0, does(cmd, Running)).process.cpu
	until(t, l, 0, func(f finding) bool { return f.process != nil && f.process.cpu >= before+3*tick })
}

// A pipeline is followed in both directions, to who sleeps behind two copiers.
func TestPipeline(t *testing.T) {
	r1, w1 := pipes(t)
	r2, w2 := pipes(t)
	r3, w3 := pipes(t)
	t.Run("consumer", func(t *testing.T) {
		helper(t, "copy", r1, w2)
		helper(t, "copy", r2, w3)
		sleeper := helper(t, "sleep", r3, nil)
		for _, f := range []*os.File{r1, w2, r2, w3, r3} {
			f.Close()
		}
		l := eyesOn(t, End{}, endOf(w1))
		until(t, l, 0, func(f finding) bool {
			fill(t, w1) // what is taken goes on to the next pipes, until these are full
			return does(sleeper, Sleeping)(f)
		})
	})
	r1, w1 = pipes(t)
	r2, w2 = pipes(t)
	t.Run("producer", func(t *testing.T) {
		helper(t, "copy", r2, w1)
		sleeper := helper(t, "sleep", nil, w2)
		for _, f := range []*os.File{w1, r2, w2} {
			f.Close()
		}
		found := until(t, eyesOn(t, endOf(r1)), stream.FromSource, does(sleeper, Sleeping))
		if q := found.queue; q == nil || q.bytes != 0 || !q.holds {
			t.Errorf("queue %+v; want an empty one, which makes us wait", q)
		}
	})
}

// Nothing that a look opens makes this process an end of the pipe: the reader that was
// closed stays closed.
func TestNoEndIsOpened(t *testing.T) {
	r, w := pipes(t)
	cmd := helper(t, "sleep", r, nil)
	r.Close()
	l := eyesOn(t, End{}, endOf(w))
	until(t, l, 0, does(cmd, Sleeping))
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("a pipe that nobody reads was written")
	}
	if found := l.look(0); found.process != nil {
		t.Errorf("culprit %+v at a pipe that nobody reads", found.process)
	}
}

// connected returns the two sockets of a connection.
func connected(t *testing.T, l net.Listener) (client, server net.Conn) {
	t.Helper()
	defer l.Close()
	client, err := net.Dial(l.Addr().Network(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// listener listens, or skips the test: not every machine has IPv6.
func listener(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skip(err)
	}
	return l
}

// mapped is a listener that takes connections of IPv4 by a socket of IPv6.
func mapped(t *testing.T) net.Listener {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	file := os.NewFile(uintptr(fd), "listener")
	defer file.Close()
	address := &unix.SockaddrInet6{Addr: netip.MustParseAddr("::ffff:127.0.0.1").As16()}
	if err := errors.Join(unix.Bind(fd, address), unix.Listen(fd, 1)); err != nil {
		t.Skip(err)
	}
	l, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func inodeOf(t *testing.T, c net.Conn) (ino uint64) {
	t.Helper()
	err := endOf(c.(syscall.Conn)).Examine(func(fd int) {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			t.Fatal(err)
		}
		ino = st.Ino
	})
	if err != nil {
		t.Fatal(err)
	}
	return ino
}

// The peer of a socket is found from either side, in every family.
func TestPeers(t *testing.T) {
	for name, listen := range map[string]func(*testing.T) net.Listener{
		"unix":   func(t *testing.T) net.Listener { return listener(t, "unix", filepath.Join(t.TempDir(), "s")) },
		"IPv4":   func(t *testing.T) net.Listener { return listener(t, "tcp4", "127.0.0.1:0") },
		"IPv6":   func(t *testing.T) net.Listener { return listener(t, "tcp6", "[::1]:0") },
		"mapped": mapped,
	} {
		t.Run(name, func(t *testing.T) {
			client, server := connected(t, listen(t))
			for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
				l := eyesOn(t, End{}, endOf(pair[0].(syscall.Conn)))
				l.look(0)
				w := l.of(0)
				if w.peer == nil || w.peer.kind != socket || w.peer.ino != inodeOf(t, pair[1]) {
					t.Errorf("peer of %v: %+v; want socket %d", pair[0].LocalAddr(), w.peer, inodeOf(t, pair[1]))
				}
			}
		})
	}
}

// A process that has the peer of a socket is found, and this one never is.
func TestSocketConsumer(t *testing.T) {
	client, server := connected(t, listener(t, "tcp4", "127.0.0.1:0"))
	l := eyesOn(t, End{}, endOf(client.(syscall.Conn)))
	if found := l.look(0); found.process != nil || found.tcp == nil || found.queue == nil {
		t.Errorf("%+v; want a connection, its queue and no process", found)
	}
	file, err := server.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	cmd := helper(t, "sleep", file, nil)
	file.Close()
	until(t, l, 0, does(cmd, Sleeping))
}

// While a receiver does not read, all of the time is the receiver's.
func TestReceiverWindow(t *testing.T) {
	client, _ := connected(t, listener(t, "tcp4", "127.0.0.1:0"))
	file, err := client.(*net.TCPConn).File() // the same socket
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	end := endOf(client.(syscall.Conn))
	end.Socket = true
	l := eyesOn(t, End{}, end)
	var before *tcpFinding
	until(t, l, 0, func(f finding) bool { // until the kernel has sent what it can
		fill(t, file)
		before = f.tcp
		return before.receiverWindow > 0
	})
	now := before
	for now.receiverWindow < before.receiverWindow+200*1e6 {
		now = l.connection(0)
	}
	grown := now.receiverWindow - before.receiverWindow
	if others := now.busy - before.busy - grown; others != 0 || now.sendBuffer != before.sendBuffer {
		t.Errorf("of %v of the receiver's, %v were not; send buffer %v, before %v", grown, others, now.sendBuffer, before.sendBuffer)
	}
}

// A file has no other end. This process is seen to run, and not to wait for a disk.
func TestDisk(t *testing.T) {
	l := eyesOn(t, End{File: true})
	found := l.look(stream.FromSource)
	if found.disk == nil || found.process != nil || found.queue != nil || found.tcp != nil {
		t.Errorf("%+v; want what the disk does, and nothing else", found)
	}
}

func TestDiskState(t *testing.T) {
	f := newFakeProc(t)
	f.write("self/task/1/stat", "1 (bpcopy) S 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 1")
	l := newLinux(Options{Source: End{File: true}}, f.root)
	look := func() diskFinding { return *l.look(stream.FromSource).disk }
	if got := look(); got != (diskFinding{}) {
		t.Errorf("look() = %+v; want nothing told", got)
	}
	f.write("self/task/2/stat", "2 (bpcopy) D 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 1")
	if got := look(); got != (diskFinding{waits: true}) {
		t.Errorf("look() = %+v; want a wait", got)
	}
	f.write("self/task/2/wchan", "folio_wait_bit")
	f.write("pressure/io", "some avg10=0.00 total=7000\n")
	if got, want := look(), (diskFinding{true, "folio_wait_bit", 7e6, true}); got != want {
		t.Errorf("look() = %+v; want %+v", got, want)
	}
}
