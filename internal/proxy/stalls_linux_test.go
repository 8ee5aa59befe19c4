package proxy

import (
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

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
