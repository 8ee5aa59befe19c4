package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/throttle"
	"bpcopy/internal/transfer"
	"bpcopy/internal/units"
)

// marks are the defaults of the command line.
func marks() transfer.Options {
	return transfer.Options{HighWaterMark: 256 << 10, ReadAhead: 256 << 10, ChunkSize: 128 << 10}
}

func operand(t testing.TB, text string) endpoint.Operand {
	t.Helper()
	o, err := endpoint.ParseOperand(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func script(t testing.TB, text string) throttle.Script {
	t.Helper()
	s, err := throttle.Parse(text, units.ParseSize, units.ParseRate)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// running is a proxy that runs.
type running struct {
	*Proxy
	address string
	cancel  context.CancelCauseFunc
	ended   chan error
}

// run runs a proxy in front of upstream. Zero marks are the usual ones.
func run(t testing.TB, upstream string, opts Options) *running {
	t.Helper()
	if opts.Listen == (endpoint.Operand{}) {
		opts.Listen = operand(t, "tcp-listen://127.0.0.1:0")
	}
	opts.Upstream = operand(t, upstream)
	if opts.Transfer.HighWaterMark == 0 {
		opts.Transfer = marks()
	}
	if opts.Share == 0 {
		opts.Share = 100
	}
	p, err := Listen(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{Proxy: p, address: p.Address(), ended: make(chan error, 1)}
	var ctx context.Context
	ctx, r.cancel = context.WithCancelCause(context.Background())
	go func() { r.ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		r.cancel(errStop)
		if t.Failed() {
			return
		}
		select {
		case err := <-r.ended:
			if err != nil && !errors.Is(err, errStop) {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the proxy does not end")
		}
	})
	return r
}

var errStop = errors.New("the test is over")

// wait waits until the proxy has ended by itself.
func (r *running) wait(t testing.TB) Snapshot {
	t.Helper()
	err := <-r.ended
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	r.ended <- nil
	return r.Snapshot()
}

func (r *running) dial(t testing.TB) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn.(*net.TCPConn)
}

// serve listens, and calls handle for each connection.
func serve(t testing.TB, handle func(*net.TCPConn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(30 * time.Second))
				handle(conn.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return "tcp://" + l.Addr().String()
}

// echo sends back what it gets, and then its end.
func echo(c *net.TCPConn) {
	io.Copy(c, c)
	c.CloseWrite()
}

// bothCarriers runs a test on each.
func bothCarriers(t *testing.T, test func(t *testing.T, opts Options)) {
	t.Run("loops", func(t *testing.T) { test(t, Options{}) })
	t.Run("goroutines", func(t *testing.T) { test(t, Options{Goroutines: true}) })
}

// pattern is data that tells a byte's place.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i>>16) ^ byte(i>>8) ^ byte(i)*7
	}
	return b
}

func TestEcho(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		opts.Connections = 3
		p := run(t, serve(t, echo), opts)
		for _, size := range []int{0, 1, 10 << 20} {
			c := p.dial(t)
			sent := pattern(size)
			go func() {
				c.Write(sent)
				c.CloseWrite()
			}()
			got, err := io.ReadAll(c)
			if err != nil || !bytes.Equal(got, sent) {
				t.Errorf("%d bytes came back, %v; want the %d that were sent", len(got), err, size)
			}
		}
		s := p.wait(t)
		if got, want := s.Connections, (Connections{Opened: 3, Completed: 3, MostAtOnce: s.Connections.MostAtOnce}); got != want {
			t.Errorf("the connections are %+v; want %+v", got, want)
		}
		for d, f := range s.Flows {
			if f.Read != 10<<20+1 || f.Written != f.Read {
				t.Errorf("%v: %d bytes read, %d written; want %d", Direction(d), f.Read, f.Written, 10<<20+1)
			}
		}
	})
}

// TestHalfClose: one side has ended, and the other one goes on, whichever is
// first.
func TestHalfClose(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		ended := make(chan string, 1)
		url := serve(t, func(c *net.TCPConn) {
			io.WriteString(c, "hello")
			c.CloseWrite()
			all, err := io.ReadAll(c)
			ended <- string(all) + " " + errText(err)
		})
		p := run(t, url, opts)
		c := p.dial(t)
		if got, err := io.ReadAll(c); string(got) != "hello" || err != nil {
			t.Fatalf("read %q, %v", got, err)
		}
		io.WriteString(c, "after the end")
		c.CloseWrite()
		if got := <-ended; got != "after the end " {
			t.Errorf("upstream read %q", got)
		}
	})
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestReset: a reset is passed on as one, either way.
func TestReset(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		seen := make(chan error, 1)
		url := serve(t, func(c *net.TCPConn) {
			b := make([]byte, 1)
			c.Read(b)
			if b[0] == 'r' { // reset by upstream
				c.SetLinger(0)
				return
			}
			io.WriteString(c, "go")
			_, err := c.Read(b)
			seen <- err
		})
		opts.Connections = 2
		p := run(t, url, opts)
		c := p.dial(t)
		io.WriteString(c, "r")
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client read %v; want a reset", err)
		}
		c = p.dial(t)
		io.WriteString(c, "c")
		io.ReadFull(c, make([]byte, 2))
		c.SetLinger(0)
		c.Close()
		if err := <-seen; !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("upstream read %v; want a reset", err)
		}
		if got := p.wait(t).Connections; got.Cut != 2 || got.Completed != 0 {
			t.Errorf("the connections are %+v; want two that were cut", got)
		}
	})
}

// TestRefused: where there is no upstream, the client is reset, and that counts
// as failed.
func TestRefused(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close() // nobody listens there now
		opts.Connections = 1
		p := run(t, "tcp://"+l.Addr().String(), opts)
		c, err := net.Dial("tcp", p.address)
		if err == nil { // or the reset was faster
			_, err = c.Read(make([]byte, 1))
			c.Close()
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the client read %v; want a reset", err)
		}
		if got := p.wait(t).Connections; got.Failed != 1 || got.Cut != 0 {
			t.Errorf("the connections are %+v; want one that failed", got)
		}
	})
}

// TestConnectRetry: clients wait for an upstream that starts late, and what they have
// sent is delivered then.
func TestConnectRetry(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		const many = 10
		path := t.TempDir() + "/up"
		opts.ConnectRetry, opts.Connections = time.Hour, many
		p := run(t, "unix://"+path, opts)
		var all sync.WaitGroup
		for range many {
			c := p.dial(t)
			io.WriteString(c, "hello")
			c.CloseWrite()
			all.Go(func() {
				if got, err := io.ReadAll(c); string(got) != "hello" || err != nil {
					t.Errorf("read %q, %v; want what was sent", got, err)
				}
			})
		}
		for p.Snapshot().Connections.Opened < many { // most have tried by then
			runtime.Gosched()
		}
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for range many {
			conn, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				io.Copy(conn, conn)
				conn.Close()
			})
		}
		all.Wait()
		if got := p.wait(t).Connections; got.Completed != many || got.Failed != 0 {
			t.Errorf("the connections are %+v; want %d that completed", got, many)
		}
	})
}

// TestConnectRetryEnds: an upstream that does not start in time was not reached.
func TestConnectRetryEnds(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		opts.ConnectRetry, opts.Connections = time.Nanosecond, 1
		p := run(t, "unix://"+t.TempDir()+"/up", opts)
		if c, err := net.Dial("tcp", p.address); err == nil { // or the reset was faster
			defer c.Close()
		}
		if got := p.wait(t).Connections; got.Failed != 1 {
			t.Errorf("the connections are %+v; want one that failed", got)
		}
	})
}

// TestUnix: both sides may be Unix sockets, and the listener's file goes.
func TestUnix(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		folder := t.TempDir()
		l, err := net.Listen("unix", folder+"/up")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			conn, err := l.Accept()
			if err == nil {
				io.Copy(conn, conn)
				conn.Close()
			}
		}()
		opts.Listen, opts.Connections = operand(t, "unix-listen://"+folder+"/in"), 1
		p := run(t, "unix://"+folder+"/up", opts)
		if got := p.URL(); got != "unix://"+folder+"/in" {
			t.Errorf("the URL is %q", got)
		}
		conn, err := net.Dial("unix", folder+"/in")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		sent := pattern(1 << 20)
		go func() {
			conn.Write(sent)
			conn.(*net.UnixConn).CloseWrite()
		}()
		if got, err := io.ReadAll(conn); err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%d bytes came back, %v", len(got), err)
		}
		p.wait(t)
		if _, err := net.Dial("unix", folder+"/in"); err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("the socket's file is still there: %v", err)
		}
	})
}

// TestName: the upstream may have a name, which is looked up.
func TestName(t *testing.T) {
	bothCarriers(t, func(t *testing.T, opts Options) {
		_, port, _ := net.SplitHostPort(strings.TrimPrefix(serve(t, echo), "tcp://"))
		opts.Connections = 20
		p := run(t, "tcp://localhost:"+port, opts)
		var all sync.WaitGroup
		for range 20 {
			c := p.dial(t)
			all.Go(func() {
				io.WriteString(c, "hello")
				c.CloseWrite()
				if got, err := io.ReadAll(c); string(got) != "hello" || err != nil {
					t.Errorf("read %q, %v", got, err)
				}
			})
		}
		all.Wait()
		if got := p.wait(t).Connections; got.Completed != 20 {
			t.Errorf("the connections are %+v; want 20 that completed", got)
		}
	})
}
