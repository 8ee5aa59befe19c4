package conduit

import (
	"io"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"
)

// relayed is a relay between two socket pairs, with what was sent and received.
type relayed struct {
	*Relay
	in, out        int // the peers' ends
	src, dst       Socket
	sent, received int64 // bytes, each of which tells its place
	held           int64 // filled and not flushed
	ended          bool
}

func newRelayed(t *testing.T, lender *Relays) *relayed {
	t.Helper()
	pair := func() [2]int {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
		return fds
	}
	a, b := pair(), pair()
	r := &relayed{in: a[0], out: b[1]}
	r.src.FD, r.dst.FD = a[1], b[0]
	r.Relay = lender.NewRelay(&r.src, &r.dst)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// send lets the peer send up to n bytes.
func (r *relayed) send(t *testing.T, n int) {
	t.Helper()
	data := make([]byte, n)
	for i := range data {
		data[i] = placed(r.sent + int64(i))
	}
	k, err := unix.Write(r.in, data)
	if err != nil && err != unix.EAGAIN {
		t.Fatal(err)
	}
	r.sent += int64(max(k, 0))
	r.src.Dry = false
}

// receive lets the other peer receive up to n bytes.
func (r *relayed) receive(t *testing.T, n int) {
	t.Helper()
	data := make([]byte, n)
	k, err := unix.Read(r.out, data)
	if err != nil && err != unix.EAGAIN {
		t.Fatal(err)
	}
	for i, b := range data[:max(k, 0)] {
		if want := placed(r.received + int64(i)); b != want {
			t.Fatalf("byte %d is %d; want %d", r.received+int64(i), b, want)
		}
	}
	r.received += int64(max(k, 0))
	r.dst.Full = false
}

// placed is a byte that tells where it is in a stream.
func placed(at int64) byte { return byte(at>>16) ^ byte(at>>8)*3 ^ byte(at)*5 }

// turn fills and flushes at random, as far as the marks allow.
func (r *relayed) turn(t *testing.T, random *rand.Rand, opts Options) {
	t.Helper()
	for range random.IntN(10) {
		if r.held <= opts.Hold && !r.ended && random.IntN(2) == 0 {
			n, err := r.TryFill(opts.Chunk)
			if r.ended = err == io.EOF; err != nil && !r.ended {
				t.Fatal(err)
			}
			r.held += n
		} else if r.held > 0 {
			n, err := r.TryFlush(1 + random.Int64N(r.held))
			if err != nil {
				t.Fatal(err)
			}
			r.held -= n
		}
	}
	if err := r.Settle(); err != nil {
		t.Fatal(err)
	}
}

// TestRelay: whichever way the bytes of several relays go, they come in order, and
// a relay that is empty holds nothing.
func TestRelay(t *testing.T) {
	for _, want := range []Choice{Auto, MemoryOnly, KernelOnly} {
		opts := Options{Want: want, Hold: 500_000, Chunk: 100_000}
		lender := NewRelays(opts)
		random := rand.New(rand.NewPCG(uint64(want), 5))
		all := make([]*relayed, 12)
		for i := range all {
			all[i] = newRelayed(t, lender)
		}
		for range 2000 {
			r := all[random.IntN(len(all))]
			switch random.IntN(4) {
			case 0:
				r.send(t, 1+random.IntN([]int{100, 10_000, 200_000}[random.IntN(3)]))
			case 1:
				r.receive(t, 1+random.IntN([]int{100, 200_000}[random.IntN(2)]))
			default:
				r.turn(t, random, opts)
			}
		}
		for _, r := range all {
			unix.Shutdown(r.in, unix.SHUT_WR)
			for r.src.Ending = true; !r.ended || r.held > 0 || r.received < r.sent; {
				r.src.Dry = false
				r.turn(t, random, opts)
				r.receive(t, 100_000)
			}
			if r.pipe != (relayPipe{}) || r.kept != nil {
				t.Errorf("choice %d: an empty relay holds something", want)
			}
		}
		if lender.mark != 0 || lender.lent != 0 || len(lender.memories) > maxFree || len(lender.pipes) > maxFree {
			t.Errorf("choice %d: %d bytes and %d pipes are lent", want, lender.mark, lender.lent)
		}
		if err := lender.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRelayChoosesItsWay: a large flow is spliced, and small messages are not.
func TestRelayChoosesItsWay(t *testing.T) {
	opts := Options{Hold: 1 << 20, Chunk: 128 << 10}
	lender := NewRelays(opts)
	defer lender.Close()
	for name, size := range map[string]int{"kernel": 128 << 10, "memory": 100} {
		r := newRelayed(t, lender)
		for range 100 {
			r.send(t, size)
			for n, err := r.TryFill(opts.Chunk); n > 0; n, err = r.TryFill(opts.Chunk) {
				if err != nil {
					t.Fatal(err)
				}
				r.held += n
			}
			for r.held > 0 {
				n, err := r.TryFlush(r.held)
				if err != nil {
					t.Fatal(err)
				}
				r.held -= n
				r.receive(t, size)
			}
			if err := r.Settle(); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.Name(); got != name {
			t.Errorf("messages of %d bytes went by %q; want %q", size, got, name)
		}
	}
}
