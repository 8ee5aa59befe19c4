package proxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"bpcopy/internal/throttle"
)

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
