package proxy

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/throttle"
)

// queue returns what an ioctl says of a connection.
func queue(t testing.TB, c *net.TCPConn, request uint) (n int) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err == nil {
		raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), request) })
	}
	if err != nil {
		t.Error(err)
	}
	return n
}

// TestAnswerBeforeReset: an upstream that answers, ends and then refuses what
// still comes loses no answer.
func TestAnswerBeforeReset(t *testing.T) {
	const established, closed = 1, 7
	answer := pattern(3 << 20)
	url := serve(t, func(c *net.TCPConn) {
		go func() {
			c.Write(answer)
			c.CloseWrite()
		}()
		for {
			switch state := stateOf(t, c); {
			case state == closed:
				return // the client was faster
			case state != established && queue(t, c, unix.SIOCINQ) > 0 && queue(t, c, unix.SIOCOUTQ) == 0:
				return // all of the answer has arrived, and a request waits
			}
			runtime.Gosched()
		}
	})
	p := run(t, url, Options{})
	for range 10 {
		c := p.dial(t)
		c.Write([]byte("there is a request in any case"))
		// No more than the window takes: beside data that it drops, TCP overlooks what the
		// same segments acknowledge, and the answer comes in the end, half a minute later.
		c.Write(make([]byte, 32<<10))
		got := make([]byte, len(answer))
		if n, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, answer) {
			t.Fatalf("read %d bytes, %v; want %d", n, err, len(answer))
		}
		c.Close()
	}
}

// stateOf returns the state of a connection, as the kernel numbers them.
func stateOf(t testing.TB, c *net.TCPConn) (state uint8) {
	raw, err := c.SyscallConn()
	if err == nil {
		raw.Control(func(fd uintptr) {
			var info *unix.TCPInfo
			if info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
				state = info.State
			}
		})
	}
	if err != nil {
		t.Error(err)
	}
	return state
}

// TestManyEnd: a thousand open connections, all of which end when the proxy does.
func TestManyEnd(t *testing.T) {
	const many = 1000
	p := run(t, serve(t, echo), Options{})
	conns := make([]*net.TCPConn, many)
	for i := range conns {
		conns[i] = p.dial(t)
		conns[i].Write([]byte("x"))
		if _, err := io.ReadFull(conns[i], make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
	p.cancel(errStop)
	if err := <-p.ended; !errors.Is(err, errStop) {
		t.Errorf("Run: %v", err)
	}
	p.ended <- nil
	if got := p.Snapshot().Connections; got.Cut != many || got.Open != 0 {
		t.Errorf("the connections are %+v; want %d that were cut", got, many)
	}
	for _, c := range conns {
		if n, err := c.Read(make([]byte, 1)); err == nil {
			t.Fatalf("a client read %d bytes after the end", n)
		}
	}
}

// TestMaxConnections: more wait in the listener's queue.
func TestMaxConnections(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		opts.MaxConnections, opts.Connections = 2, 5
		p := run(t, serve(t, echo), opts)
		var all sync.WaitGroup
		for range 5 {
			c := p.dial(t)
			all.Go(func() {
				c.Write([]byte("x"))
				io.ReadFull(c, make([]byte, 1))
				c.CloseWrite()
				io.ReadAll(c)
			})
		}
		all.Wait()
		if got := p.wait(t).Connections; got.Completed != 5 || got.MostAtOnce > 2 {
			t.Errorf("the connections are %+v; want five, at most two at once", got)
		}
	})
}

// TestShortConnections: thousands of short connections that stall, end their
// sides in any order, and send up to a few hundred kilobytes: every byte is
// accounted for.
func TestShortConnections(t *testing.T) {
	const many, atOnce = 600, 50
	const seed = 1
	size := func(random *rand.Rand) int {
		switch random.IntN(3) {
		case 0:
			return random.IntN(100)
		case 1:
			return random.IntN(20_000)
		}
		return random.IntN(400_000)
	}
	var sentDown atomic.Int64
	url := serve(t, func(c *net.TCPConn) {
		var number [4]byte
		if _, err := io.ReadFull(c, number[:]); err != nil {
			t.Error(err)
			return
		}
		random := rand.New(rand.NewPCG(uint64(number[0])|uint64(number[1])<<8, 2))
		var writing sync.WaitGroup
		early := random.IntN(2) == 0
		reply := func() {
			n, err := c.Write(pattern(size(random)))
			sentDown.Add(int64(n))
			if err != nil {
				t.Error(err)
			}
			c.CloseWrite()
		}
		if early {
			writing.Go(reply)
		}
		if _, err := io.Copy(io.Discard, c); err != nil {
			t.Error(err)
		}
		if !early {
			reply()
		}
		writing.Wait()
	})
	p := run(t, url, Options{
		Connections: many, Share: 50, Seed: 7,
		Scripts: [2]throttle.Script{script(t, "unlimited for 10KiB; stall for 5ms; slice 3000B for 50KiB; unlimited"), script(t, "latency 100us jitter 50us for 8KiB; unlimited")},
	})
	var sentUp, gotDown atomic.Int64
	var all sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i := range many {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			c, err := net.Dial("tcp", p.address)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(time.Minute))
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			data := append([]byte{byte(i), byte(i >> 8), 0, 0}, pattern(size(random))...)
			all.Go(func() {
				n, err := c.Write(data)
				sentUp.Add(int64(n))
				if err != nil {
					t.Error(err)
				}
				c.(*net.TCPConn).CloseWrite()
			})
			got, err := io.ReadAll(c)
			gotDown.Add(int64(len(got)))
			if err != nil || !bytes.Equal(got, pattern(len(got))) {
				t.Errorf("client %d read %d bytes, %v", i, len(got), err)
			}
		})
	}
	all.Wait()
	s := p.wait(t)
	if s.Connections.Completed != many {
		t.Errorf("the connections are %+v; want %d that completed", s.Connections, many)
	}
	for d, sent := range []int64{Down: sentDown.Load(), Up: sentUp.Load()} {
		if f := s.Flows[d]; f.Read != sent || f.Written != sent {
			t.Errorf("%v: %d bytes read, %d written; %d were sent", Direction(d), f.Read, f.Written, sent)
		}
	}
	if gotDown.Load() != sentDown.Load() {
		t.Errorf("the clients received %d bytes of %d", gotDown.Load(), sentDown.Load())
	}
}

// TestDraw: a connection's draw depends on the seed and its number alone.
func TestDraw(t *testing.T) {
	follow := 0
	for n := range int64(10_000) {
		d := drawFor(5, n, 30)
		if d != drawFor(5, n, 30) {
			t.Fatalf("connection %d has two draws", n)
		}
		if drawFor(5, n, 60).seeds != d.seeds {
			t.Fatalf("the jitter of connection %d depends on the share", n)
		}
		if d.follows {
			follow++
		}
	}
	if follow < 2800 || follow > 3200 {
		t.Errorf("%d of 10000 follow; want about 3000", follow)
	}
	if !drawFor(1, 1, 100).follows || drawFor(1, 1, 0).follows {
		t.Error("all and none are not what they say")
	}
}
