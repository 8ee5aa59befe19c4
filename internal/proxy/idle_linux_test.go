package proxy

import (
	"net/netip"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// An idle connection takes less than 8 KiB of our own memory. Its client and its
// upstream have nothing on the heap here: they are descriptors.
func TestIdleConnectionTakesLittle(t *testing.T) {
	const many, most = 1000, 8 << 10
	descriptors := &bare{all: make([]int, 0, 2*many+4)}
	t.Cleanup(descriptors.close)
	upstream, address := descriptors.listen(t)
	r := run(t, "tcp://"+address.String(), Options{})
	relay := func() {
		client := descriptors.dial(t, netip.MustParseAddrPort(r.address))
		if _, err := unix.Write(client, []byte("x")); err != nil {
			t.Fatal(err)
		}
		fd, _, err := unix.Accept(upstream)
		if err != nil {
			t.Fatal(err)
		}
		descriptors.keep(fd)
		if n, err := unix.Read(fd, make([]byte, 1)); n != 1 || err != nil {
			t.Fatalf("the upstream reads %d bytes, %v; want 1", n, err)
		}
	}
	relay() // what all connections share is there then
	before := heap()
	for range many {
		relay()
	}
	if each := (heap() - before) / many; each > most {
		t.Errorf("an idle connection takes %d bytes; want at most %d", each, most)
	}
}

// heap returns how many bytes are in use.
func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// bare has sockets that are in blocking mode, and take no memory here.
type bare struct{ all []int }

func (b *bare) keep(fd int) { b.all = append(b.all, fd) }

func (b *bare) close() {
	for _, fd := range b.all {
		unix.Close(fd)
	}
}

func (b *bare) socket(t *testing.T) (fd int) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	b.keep(fd)
	return fd
}

// listen listens at a free port.
func (b *bare) listen(t *testing.T) (fd int, address netip.AddrPort) {
	t.Helper()
	fd = b.socket(t)
	at := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := unix.Bind(fd, at); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 16); err != nil {
		t.Fatal(err)
	}
	bound, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fd, netip.AddrPortFrom(netip.AddrFrom4(at.Addr), uint16(bound.(*unix.SockaddrInet4).Port))
}

// dial connects.
func (b *bare) dial(t *testing.T, to netip.AddrPort) (fd int) {
	t.Helper()
	fd = b.socket(t)
	if err := unix.Connect(fd, &unix.SockaddrInet4{Addr: to.Addr().As4(), Port: int(to.Port())}); err != nil {
		t.Fatal(err)
	}
	return fd
}
