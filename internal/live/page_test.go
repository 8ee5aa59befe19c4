package live

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/document"
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

// Only who has the token gets the page, by no name that another site could have, and
// nobody can send anything.
func TestAccess(t *testing.T) {
	p := listen(t)
	defer p.End(t.Context(), 0)
	root := strings.TrimSuffix(p.URL(), p.token+"/")
	address := netip.MustParseAddrPort(p.at.String())
	for _, tt := range []struct {
		method, url, host string
		want              int
	}{
		{"GET", p.URL(), "", 200},
		{"HEAD", p.URL(), "", 200},
		{"HEAD", p.URL() + "events", "", 200},
		{"GET", p.URL(), "localhost:9000", 200}, // forwarded
		{"GET", p.URL(), "LocalHost", 200},
		{"GET", p.URL(), "[::1]:80", 200},
		{"GET", p.URL(), address.Addr().String(), 200},
		{"GET", p.URL(), "evil.example", 403},
		{"GET", p.URL(), "localhost.evil.example:80", 403},
		{"GET", p.URL(), "127.0.0.1.evil.example", 403},
		{"GET", root, "evil.example", 403},
		{"GET", root, "", 404},
		{"GET", root + "events", "", 404},
		{"GET", strings.TrimSuffix(p.URL(), "/"), "", 404},
		{"GET", p.URL() + "other", "", 404},
		{"GET", root + p.token[1:] + "/", "", 404},
		{"GET", root + strings.ToLower(p.token) + "/", "", 404},
		{"GET", root + p.token + "x/", "", 404},
		{"GET", root + "favicon.ico", "", 404},
		{"POST", p.URL(), "", 405},
		{"PUT", p.URL() + "events", "", 405},
		{"DELETE", root, "", 404},
	} {
		answer := request(t, tt.method, tt.url, tt.host)
		if answer.StatusCode != tt.want {
			t.Errorf("%s %s for %q: %s; want %d", tt.method, tt.url, tt.host, answer.Status, tt.want)
		}
		for name, want := range map[string]string{
			"X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q; want %q", tt.method, tt.url, name, got, want)
			}
		}
		if got := answer.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; ") || strings.Contains(got, "unsafe") {
			t.Errorf("%s %s: the policy is %q", tt.method, tt.url, got)
		}
	}
	if !(&Page{host: "mybox"}).mayAsk("MyBox:80") || new(Page).mayAsk("") {
		t.Error("want the name that was given to be served, and none that is empty")
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
	if _, err := net.Dial("tcp", p.at.String()); err == nil {
		t.Error("the page is still served after its end")
	}
}

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
			conn, err := net.Dial("tcp", p.at.String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "GET /"+p.token+"/events HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
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
	if again, err := Listen(t.Context(), p.at.String()); err == nil {
		again.End(t.Context(), 0)
		t.Error("Listen() at an address in use succeeds")
	}
}
