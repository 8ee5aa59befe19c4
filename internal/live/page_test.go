package live

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/local"
	"bpcopy/internal/report"
)

func listen(t *testing.T) *Page {
	t.Helper()
	p, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func address(t *testing.T, p *Page) *url.URL {
	t.Helper()
	address, err := url.Parse(p.URL())
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func named(name string) document.Run {
	return document.Run{Summary: report.Summary{Name: name, Result: "ok"}}
}

func request(t *testing.T, method, url, host string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	answer, err := new(http.Transport).RoundTrip(r) // follows no redirect
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// The page and its events are all there is, behind the guard of package local, with the
// policy for what is inlined in the page.
func TestAccess(t *testing.T) {
	p := listen(t)
	defer p.End(t.Context(), 0)
	for _, tt := range []struct {
		method, path, host string
		want               int
	}{
		{"GET", "", "", 200},
		{"HEAD", "", "", 200},
		{"HEAD", "events", "", 200},
		{"GET", "", "localhost:9000", 200}, // forwarded
		{"GET", "", "evil.example", 421},
		{"GET", "..", "", 404},
		{"GET", "../events", "", 404},
		{"GET", "other", "", 404},
		{"GET", "events/", "", 404},
		{"POST", "", "", 405},
		{"PUT", "events", "", 405},
	} {
		answer := request(t, tt.method, p.URL()+tt.path, tt.host)
		if answer.StatusCode != tt.want {
			t.Errorf("%s %q for %q: %s; want %d", tt.method, tt.path, tt.host, answer.Status, tt.want)
		}
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.HasSuffix(policy, "; frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s %q: the policy is %q", tt.method, tt.path, policy)
		}
		if answer.StatusCode == 200 && !strings.HasPrefix(policy, document.Policy(true)) {
			t.Errorf("%s %q: the policy is %q; want that of the page", tt.method, tt.path, policy)
		}
	}
}

// events reads the states of a page.
func events(t *testing.T, p *Page) (next func() *document.State) {
	t.Helper()
	lines := bufio.NewScanner(request(t, "GET", p.URL()+"events", "").Body)
	lines.Buffer(nil, 1<<20)
	return func() *document.State {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var s document.State
				if err := json.Unmarshal([]byte(data), &s); err != nil {
					t.Fatalf("no state: %v", err)
				}
				return &s
			}
		}
		return nil
	}
}

// A viewer gets states until the last one, which says that it is over.
func TestEvents(t *testing.T) {
	p := listen(t)
	p.Show(func() []document.Run { return []document.Run{named("a")} })
	next := events(t, p)
	for range 3 {
		if s := next(); s == nil || s.Over || s.Tables[0].Head[1] != "a" {
			t.Fatalf("the state is %+v; want one of a, not over", s)
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.End(context.Background(), time.Hour, named("b"))
	}()
	last := next()
	for last != nil && !last.Over {
		last = next()
	}
	if last == nil || last.Tables[0].Head[1] != "b" {
		t.Errorf("the last state is %+v; want one of b that is over", last)
	}
	<-ended
	if next() != nil {
		t.Error("there is a state after the last one")
	}
	if _, err := net.Dial("tcp", address(t, p).Host); err == nil {
		t.Error("the page is still served after its end")
	}
}

// A viewer that watches for long keeps its answer: the times that package local gives a
// request are not those of a stream.
func TestLongRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser, wire := net.Pipe()
		p := open(t.Context(), local.On(&one{conn: wire, closed: make(chan struct{})}, "localhost"))
		p.Show(func() []document.Run { return []document.Run{named("a")} })
		go io.WriteString(browser, "GET "+address(t, p).Path+"events HTTP/1.1\r\nHost: localhost\r\n\r\n")
		lines := bufio.NewScanner(browser)
		lines.Buffer(nil, 1<<20)
		start, states := time.Now(), 0
		for time.Since(start) < time.Minute && lines.Scan() {
			if strings.HasPrefix(lines.Text(), "data: ") {
				states++
			}
		}
		if states < 500 || lines.Err() != nil {
			t.Errorf("%d states within %v, %v; want ten a second for a minute", states, time.Since(start), lines.Err())
		}
		browser.Close()
		p.End(t.Context(), time.Second)
	})
}

// A viewer that does not read is dropped after a second, and nobody waits for it any more.
func TestUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser, wire := net.Pipe()
		p := open(t.Context(), local.On(&one{conn: wire, closed: make(chan struct{})}, "localhost"))
		p.Show(func() []document.Run { return []document.Run{named("a")} })
		if _, err := io.WriteString(browser, "GET "+address(t, p).Path+"events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := browser.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if !p.watched() {
			t.Error("who reads is no viewer")
		}
		time.Sleep(unread)
		synctest.Wait()
		if p.watched() {
			t.Error("who does not read is still a viewer")
		}
		start := time.Now()
		p.End(t.Context(), time.Hour)
		if waited := time.Since(start); waited >= unread {
			t.Errorf("the end waits for %v", waited)
		}
	})
}

// one is a listener with one connection, from a network that is made up.
type one struct {
	conn   net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *one) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *one) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (*one) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// Nobody is asked while nobody watches, and nobody is waited for then.
func TestNobodyWatches(t *testing.T) {
	p := listen(t)
	p.Show(func() []document.Run { t.Error("somebody asks for the runs"); return nil })
	p.End(t.Context(), time.Hour, named("a"))
	var none *Page
	none.Show(func() []document.Run { return nil })
	none.End(t.Context(), time.Hour)
}

// A viewer that has the page, and has not asked for its events yet, gets the end.
func TestEndWaitsForWhoHasThePage(t *testing.T) {
	p := listen(t)
	p.Show(func() []document.Run { return []document.Run{named("a")} })
	if _, err := io.Copy(io.Discard, request(t, "GET", p.URL(), "").Body); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.End(context.Background(), time.Hour, named("b"))
	}()
	next := events(t, p)
	last := next()
	for last != nil && !last.Over {
		last = next()
	}
	if last == nil || last.Tables[0].Head[1] != "b" {
		t.Errorf("the last state is %+v; want one of b", last)
	}
	<-ended
}

// One that does not read is waited for no longer than patience says, nor beyond the
// end of the context.
func TestEndDoesNotWaitForLong(t *testing.T) {
	big := named("a")
	for range 1000 {
		big.Summary.Destinations = append(big.Summary.Destinations, report.Destination{Name: strings.Repeat("x", 100)})
	}
	ctx, cancel := context.WithCancel(t.Context())
	for name, end := range map[string]func(*Page){
		"patience": func(p *Page) { p.End(t.Context(), 0, big) },
		"context": func(p *Page) {
			go cancel()
			p.End(ctx, time.Hour, big)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := listen(t)
			p.Show(func() []document.Run { return []document.Run{big} })
			conn, err := net.Dial("tcp", address(t, p).Host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "GET "+address(t, p).Path+"events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Read(make([]byte, 1)); err != nil { // it is a viewer now
				t.Fatal(err)
			}
			end(p) // or the test would take an hour
		})
	}
}

// Too many viewers are turned away.
func TestManyViewers(t *testing.T) {
	p := listen(t)
	p.Show(func() []document.Run { return []document.Run{named("a")} })
	for range mostViewers {
		if next := events(t, p); next() == nil {
			t.Fatal("a viewer gets nothing")
		}
	}
	if answer := request(t, "GET", p.URL()+"events", ""); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more viewer: %s; want 503", answer.Status)
	}
	p.End(t.Context(), 0)
}

func TestListenFails(t *testing.T) {
	p := listen(t)
	defer p.End(t.Context(), time.Hour)
	if again, err := Listen(t.Context(), address(t, p).Host); err == nil {
		again.End(t.Context(), 0)
		t.Error("Listen() at an address in use succeeds")
	}
}
