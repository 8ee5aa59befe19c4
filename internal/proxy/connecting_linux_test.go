package proxy

import (
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestClientLeavesEarly: a client that resets its connection is not waited for, although
// there is no upstream yet.
func TestClientLeavesEarly(t *testing.T) {
	p := run(t, "unix://"+t.TempDir()+"/up", Options{ConnectRetry: time.Hour, Connections: 1})
	c := p.dial(t)
	for p.Snapshot().Connections.Opened < 1 { // or the reset goes unseen
		runtime.Gosched()
	}
	c.SetLinger(0)
	c.Close()
	if got := p.wait(t).Connections; got.Cut != 1 {
		t.Errorf("the connections are %+v; want one that was cut", got)
	}
}

// TestNextAddress: where an address of the upstream's name refuses, the next one is tried.
func TestNextAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // nobody listens there now
	p := run(t, "tcp://nowhere.invalid:1", Options{Connections: 1})
	var all []address
	for _, text := range []string{l.Addr().String(), strings.TrimPrefix(serve(t, echo), "tcp://")} {
		one := netip.MustParseAddrPort(text)
		all = append(all, address{host: one.Addr(), port: int(one.Port())})
	}
	u := p.carrier.(*loops).upstream
	u.mu.Lock()
	u.known, u.until = all, time.Now().Add(time.Hour)
	u.mu.Unlock()
	c := p.dial(t)
	io.WriteString(c, "hello")
	c.CloseWrite()
	if got, err := io.ReadAll(c); string(got) != "hello" || err != nil {
		t.Errorf("read %q, %v; want what was sent", got, err)
	}
	if got := p.wait(t).Connections; got.Completed != 1 {
		t.Errorf("the connections are %+v; want one that completed", got)
	}
}
