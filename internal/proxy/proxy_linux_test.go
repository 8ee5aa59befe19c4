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
	"syscall"
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

// TestStall: what a sender gets rid of in a stall is measured without reading.
func TestStall(t *testing.T) {
	const size = 300_000 // what the marks, or else the kernels, take
	sent := make(chan struct{})
	url := serve(t, func(c *net.TCPConn) {
		io.ReadFull(c, make([]byte, 1))
		c.Write(make([]byte, size))
		for queue(t, c, unix.SIOCOUTQ) > 0 {
			runtime.Gosched()
		}
		close(sent)
		io.Copy(io.Discard, c)
	})
	opts := Options{Connections: 1}
	opts.Scripts[Down] = script(t, "stall")
	p := run(t, url, opts)
	c := p.dial(t)
	c.Write([]byte("x"))
	<-sent
	p.cancel(errStop)
	if err := <-p.ended; !errors.Is(err, errStop) {
		t.Errorf("Run: %v", err)
	}
	p.ended <- nil
	f := p.Snapshot().Flows[Down]
	if f.Stalls != 1 || f.Accepted == nil || *f.Accepted != size {
		t.Errorf("%d stalls, accepted %v; want one, and the %d bytes that were sent", f.Stalls, number(f.Accepted), size)
	}
	if f.QuietAfter == nil || *f.QuietAfter > f.Stalled || f.Stalled == 0 {
		t.Errorf("quiet %v after the beginning of a stall of %v", f.QuietAfter, f.Stalled)
	}
	if f.ResumedAfter != nil {
		t.Errorf("resumed %v after the end; want nothing: it did not go on", *f.ResumedAfter)
	}
	if f.Written != 0 {
		t.Errorf("%d bytes were delivered in the stall", f.Written)
	}
}

// number is what a pointer points to, for messages.
func number(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

// TestResumed: after a stall it is measured when the sender went on.
func TestResumed(t *testing.T) {
	url := serve(t, func(c *net.TCPConn) {
		for range 2 {
			io.ReadFull(c, make([]byte, 1))
			c.Write(make([]byte, 1000))
		}
	})
	opts := Options{Connections: 1}
	opts.Scripts[Down] = script(t, "stall for 50ms; unlimited")
	p := run(t, url, opts)
	c := p.dial(t)
	for range 2 {
		c.Write([]byte("x"))
		if _, err := io.ReadFull(c, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	c.CloseWrite()
	io.ReadAll(c)
	f := p.wait(t).Flows[Down]
	if f.Stalled != 50*time.Millisecond || f.Stalls != 1 || f.Accepted == nil || *f.Accepted != 1000 || f.ResumedAfter == nil {
		t.Errorf("the flow is %+v; want one stall of 50ms, and a sender that went on", f)
	}
}

// TestNoStall: a stall in which the sender had nothing to send measures nothing.
func TestNoStall(t *testing.T) {
	opts := Options{Connections: 1}
	opts.Scripts[Down] = script(t, "unlimited for 1B; stall for 20ms; unlimited")
	p := run(t, serve(t, echo), opts)
	c := p.dial(t)
	c.Write([]byte("x"))
	io.ReadFull(c, make([]byte, 1))
	for p.Snapshot().Flows[Down].Stalled == 0 {
		runtime.Gosched()
	}
	c.CloseWrite()
	io.ReadAll(c)
	f := p.wait(t).Flows[Down]
	if f.Stalled != 20*time.Millisecond || f.Stalls != 0 || f.Accepted != nil || f.QuietAfter != nil || f.ResumedAfter != nil {
		t.Errorf("the flow is %+v; want a stall of 20ms that nobody felt", f)
	}
}

// TestIdleTimeout cuts a connection in which nothing moves, unless a script
// makes it wait.
func TestIdleTimeout(t *testing.T) {
	opts := Options{Connections: 1, IdleTimeout: 20 * time.Millisecond}
	p := run(t, serve(t, echo), opts)
	c := p.dial(t)
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client read %v; want a reset", err)
	}
	if got := p.wait(t).Connections; got.Cut != 1 {
		t.Errorf("the connections are %+v; want one that was cut", got)
	}
	opts.Scripts[Down] = script(t, "stall for 200ms; unlimited")
	p = run(t, serve(t, echo), opts)
	c = p.dial(t)
	c.Write([]byte("x"))
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "x" || err != nil {
		t.Errorf("read %q, %v; want what the script held back", got, err)
	}
	if got := p.wait(t).Connections; got.Completed != 1 {
		t.Errorf("the connections are %+v; want one that completed", got)
	}
}

// TestScriptedEnds: a receiver that closes by its script looks to both sides as
// if it had, and one that fails resets both.
func TestScriptedEnds(t *testing.T) {
	for _, tt := range []struct {
		script string
		want   error
	}{
		{"unlimited for 10B; close", io.EOF},
		{"unlimited for 10B; fail ECONNRESET", syscall.ECONNRESET},
	} {
		opts := Options{Connections: 1}
		opts.Scripts[Down] = script(t, tt.script)
		p := run(t, serve(t, func(c *net.TCPConn) {
			io.ReadFull(c, make([]byte, 1))
			c.Write(make([]byte, 1000))
			io.Copy(io.Discard, c)
		}), opts)
		c := p.dial(t)
		c.Write([]byte("x"))
		n, err := io.ReadFull(c, make([]byte, 10))
		if err != nil {
			t.Errorf("%q: read %d bytes, %v", tt.script, n, err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, tt.want) {
			t.Errorf("%q: then read %v; want %v", tt.script, err, tt.want)
		}
		if got := p.wait(t).Connections; got.Cut != 1 {
			t.Errorf("%q: the connections are %+v; want one that was cut", tt.script, got)
		}
	}
}

// TestSlowClose: what docs/COMING-FROM.md has for toxiproxy's slow_close. All bytes but the last
// one come at once, that one and the end after the stall, and the sender hears of the
// receiver's end only then. If all may go, the end does not wait.
func TestSlowClose(t *testing.T) {
	const late = 100 * time.Millisecond
	answered := make(chan time.Time, 2)
	upstream := serve(t, func(c *net.TCPConn) {
		c.Write(pattern(100))
		c.CloseWrite()
		io.ReadAll(c)
		answered <- time.Now()
	})
	for text, waits := range map[string]bool{"unlimited for 99B; stall for 100ms; unlimited": true, "unlimited for 100B; stall for 1h; unlimited": false} {
		start := time.Now()
		p := run(t, upstream, Options{Connections: 1, Scripts: [2]throttle.Script{Down: script(t, text)}})
		c := p.dial(t)
		got := make([]byte, 99)
		if _, err := io.ReadFull(c, got); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(c)
		if got = append(got, rest...); err != nil || !bytes.Equal(got, pattern(100)) {
			t.Errorf("%q: %d bytes came, %v; want 100", text, len(got), err)
		}
		ended := time.Since(start)
		c.CloseWrite()
		if told := (<-answered).Sub(start); waits && (ended < late || told < late) {
			t.Errorf("%q: the end came after %v, and was answered after %v; want at least %v", text, ended, told, late)
		}
		if got := p.wait(t); got.Connections.Completed != 1 || waits != (got.Flows[Down].Stalls == 1) {
			t.Errorf("%q: the connections are %+v, with %d stalls; want one that completed", text, got.Connections, got.Flows[Down].Stalls)
		}
	}
}

// TestFor: the time is over.
func TestFor(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		opts.For = 20 * time.Millisecond
		p := run(t, serve(t, echo), opts)
		p.dial(t)
		p.wait(t)
	})
}

// TestFinish: after Finish nobody can connect, and those who are there may end.
func TestFinish(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		p := run(t, serve(t, echo), opts)
		c := p.dial(t)
		c.Write([]byte("x"))
		io.ReadFull(c, make([]byte, 1))
		p.Finish()
		for {
			other, err := net.Dial("tcp", p.address)
			if err != nil {
				break
			}
			other.Close()
		}
		c.Write([]byte("y"))
		c.CloseWrite()
		if got, err := io.ReadAll(c); string(got) != "y" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		p.wait(t)
	})
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
