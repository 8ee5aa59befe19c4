package integration

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// echoServer sends everything back, and returns its port.
func echoServer(t *testing.T) (port string) {
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
				conn.SetDeadline(time.Now().Add(patience))
				// Through memory: Go would splice, and keep the pipes for its next copies,
				// as many of them as one user may have.
				io.Copy(struct{ io.Writer }{conn}, struct{ io.Reader }{conn})
				conn.(*net.TCPConn).CloseWrite()
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// proxySummary is what the tests look at of the object of --json.
type proxySummary struct {
	Connections struct{ Opened, Completed, Failed, Cut int }
	Down, Up    struct {
		Bytes    int64
		Pauses   int64
		Accepted *int64 `json:"accepted_while_stalled"`
	}
	Watched struct {
		Growth *int64 `json:"rss_growth_while_stalled"`
		Peak   *int64 `json:"peak_rss"`
	}
	Buffers struct {
		Client, Upstream struct{ Rcvbuf, Sndbuf int }
	}
	Result string
}

func readProxySummary(t *testing.T, path string) (s proxySummary) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestProxyInterrupted: a signal ends a thousand open connections, and the summary
// comes all the same.
func TestProxyInterrupted(t *testing.T) {
	for signal, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		summary := filepath.Join(t.TempDir(), "json")
		p := bpcopy(t, "proxy", "--json", summary, "tcp-listen://:0", "tcp://127.0.0.1:"+echoServer(t)).start()
		address, err := p.listening()
		if err != nil {
			t.Fatal(err)
		}
		const many = 1000
		for range many {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			c.Write([]byte("x"))
			if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
		}
		p.Process.Signal(signal)
		if got := p.end(); got != status {
			t.Errorf("exit status %d; want %d", got, status)
		}
		p.await(`: 1000 connections in .*: 0 completed, 1000 cut, 0 failed`)
		s := readProxySummary(t, summary)
		if s.Connections.Cut != many || s.Result != "interrupted" || s.Down.Bytes != many {
			t.Errorf("the summary is %+v", s)
		}
	}
}

// TestProxyPassesSignalsOn: a signal to bpcopy alone goes on to the command, whose
// exit status is that of the run.
func TestProxyPassesSignalsOn(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := bpcopy(t, "proxy", "-q", "tcp-listen://:0", "tcp://127.0.0.1:1", "--",
			"sh", "-c", `trap 'echo bpcopy: got it >&2; exit 9' INT TERM; echo bpcopy: ready >&2; while :; do sleep 0.01; done`)
		p.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal sends anything
		p.start()
		p.await("(?m)^bpcopy: ready$")
		p.Process.Signal(signal)
		if got := p.end(); got != 9 {
			t.Errorf("%v: exit status %d; want that of the command, 9", signal, got)
		}
		p.await("(?m)^bpcopy: got it$")
	}
}

// TestProxyWithoutDescriptors: where no descriptor is left, clients wait, and nobody
// is refused.
func TestProxyWithoutDescriptors(t *testing.T) {
	p := command(t, "sh", "-c", `ulimit -n 64; exec "$0" "$@"`, linkTo(t, bpcopy(t).Path), "proxy", "--connections", "60",
		"tcp-listen://:0", "tcp://127.0.0.1:"+echoServer(t)).start()
	address, err := p.listening()
	if err != nil {
		t.Fatal(err)
	}
	conns := make([]net.Conn, 60)
	for i := range conns {
		if conns[i], err = net.Dial("tcp", address); err != nil {
			t.Fatal(err)
		}
		defer conns[i].Close()
		conns[i].SetDeadline(time.Now().Add(patience))
	}
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			data := bytes.Repeat([]byte{byte(i)}, 10_000)
			c.Write(data)
			c.(*net.TCPConn).CloseWrite()
			if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, data) {
				t.Errorf("client %d read %d bytes, %v", i, len(got), err)
			}
		})
	}
	all.Wait()
	p.want(0, "")
	p.await(`: 60 connections in .*: 60 completed, 0 cut, 0 failed; at most 8 at once`)
}

// linkTo returns a link to the program whose name is bpcopy.
func linkTo(t *testing.T, program string) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "bpcopy")
	if err := os.Symlink(program, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// TestProxyBuffers: the sizes of the sockets' buffers are set and told.
func TestProxyBuffers(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "json")
	p := bpcopy(t, "proxy", "--rcvbuf", "16KiB", "--sndbuf", "32KiB", "--connections", "1", "--json", summary,
		"tcp-listen://:0", "tcp://127.0.0.1:"+echoServer(t)).start()
	address, err := p.listening()
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c.Write([]byte("x"))
	io.ReadFull(c, make([]byte, 1))
	c.Close()
	p.want(0, "")
	s := readProxySummary(t, summary)
	for _, b := range []struct{ Rcvbuf, Sndbuf int }{s.Buffers.Client, s.Buffers.Upstream} {
		if b.Rcvbuf != 32<<10 || b.Sndbuf != 64<<10 { // Linux doubles them
			t.Errorf("the buffers are %+v; want twice 16 KiB and 32 KiB", s.Buffers)
		}
	}
}

// slowClientService is the name under which the test binary is a service for
// TestProxyWatches.
const slowClientService = "slow-client-service"

// serveSlowClients sends without an end to whoever asks. Its argument says whether it
// heeds that a client does not receive. Else it goes on making what it sends, up to
// 300 MiB.
func serveSlowClients() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	os.Stderr.WriteString("port " + port + "\n")
	queue := make(chan []byte, 300)
	if os.Args[1] == "true" {
		queue = make(chan []byte)
	}
	c, err := l.Accept()
	if err != nil {
		panic(err)
	}
	c.Read(make([]byte, 1))
	go func() {
		for i := byte(0); ; i++ {
			queue <- bytes.Repeat([]byte{i}, 1<<20)
			time.Sleep(time.Millisecond) // what it takes to make one
		}
	}()
	for chunk := range queue {
		if _, err := c.Write(chunk); err != nil {
			return
		}
	}
}

// TestProxyWatches: an upstream that ignores a client that does not read grows, and
// one that heeds it does not.
func TestProxyWatches(t *testing.T) {
	for _, heeds := range []bool{false, true} {
		folder := t.TempDir()
		service := bpcopy(t)
		service.Args = []string{slowClientService, strconv.FormatBool(heeds)}
		service.start()
		port := service.await(`(?m)^port (\d+)$`)
		summary := filepath.Join(folder, "json")
		p := bpcopy(t, "proxy", "--watch", "upstream", "--connections", "1", "--json", summary,
			"--down", "unlimited for 64KiB; stall for 2s; close",
			"--expect", "watched.rss_growth_while_stalled <= 64MiB", "tcp-listen://:0", "tcp://127.0.0.1:"+port).start()
		address, err := p.listening()
		if err != nil {
			t.Fatal(err)
		}
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(patience))
		c.Write([]byte("x"))
		io.Copy(io.Discard, c)
		c.Close()
		status := p.end()
		s := readProxySummary(t, summary)
		if s.Watched.Growth == nil || s.Watched.Peak == nil {
			t.Fatalf("nothing was seen: %s", p.stderr.String())
		}
		if want := map[bool]int{false: 3, true: 0}[heeds]; status != want {
			t.Errorf("a service that heeds, %t: exit status %d, grew by %d; want %d", heeds, status, *s.Watched.Growth, want)
		}
	}
}
