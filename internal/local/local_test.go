package local_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bpcopy/internal/local"
)

// served serves a page, and returns where it is. It ends with the test.
func served(t *testing.T, page http.HandlerFunc) *url.URL {
	t.Helper()
	server, err := local.Listen(t.Context(), local.Loopback)
	if err != nil {
		t.Fatal(err)
	}
	return serving(t, server, page)
}

// serving lets a server serve a page, and returns where it is. It ends with the test.
func serving(t *testing.T, server *local.Server, page http.HandlerFunc) *url.URL {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(t.Context())) // that one ends before the cleanup
	enough := errors.New("enough")
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, page) }()
	t.Cleanup(func() {
		cancel(enough)
		if err := <-ended; err != enough {
			t.Errorf("Serve() = %v; want %v", err, enough)
		}
	})
	address, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func sayPath(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, r.URL.Path+"?"+r.URL.RawQuery)
}

// ask sends one request as it is written, and returns the answer.
func ask(t *testing.T, address, head string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, head+"\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(head, " ")
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, strings.TrimSuffix(string(body), "\n")
}

func TestGuard(t *testing.T) {
	address := served(t, sayPath)
	port, token := address.Port(), strings.Trim(address.Path, "/")
	if len(token) < 26 { // 128 bits, 5 a character
		t.Errorf("the token %q is short", token)
	}
	other := strings.Repeat("A", len(token))
	tests := map[string]struct {
		request, host string
		status        int
		body          string
	}{
		"page":              {"GET /TOKEN/", "127.0.0.1:PORT", 200, "/?"},
		"file":              {"GET /TOKEN/a/b?c=d", "127.0.0.1:PORT", 200, "/a/b?c=d"},
		"localhost":         {"GET /TOKEN/", "LOCALHOST:PORT", 200, "/?"},
		"no token":          {"GET /", "127.0.0.1:PORT", 404, "not found"},
		"no path":           {"GET /run", "127.0.0.1:PORT", 404, "not found"},
		"wrong token":       {"GET /OTHER/", "127.0.0.1:PORT", 404, "not found"},
		"part of the token": {"GET /PART/", "127.0.0.1:PORT", 404, "not found"},
		"token twice":       {"GET //TOKEN/", "127.0.0.1:PORT", 404, "not found"},
		"wrong case":        {"GET /LOWER/", "127.0.0.1:PORT", 404, "not found"},
		"longer":            {"GET /TOKENx/", "127.0.0.1:PORT", 404, "not found"},
		"forwarded":         {"GET /TOKEN/", "localhost:9000", 200, "/?"},
		"forwarded, IPv6":   {"GET /TOKEN/", "[::1]:9000", 200, "/?"},
		"no port":           {"GET /TOKEN/", "127.0.0.1", 200, "/?"},
		"IPv6, no port":     {"GET /TOKEN/", "[::1]", 200, "/?"},
		"other name":        {"GET /TOKEN/", "evil.example:PORT", 421, "this is another host"},
		"other name first":  {"GET /TOKEN/", "localhost.evil.example:PORT", 421, "this is another host"},
		"name like address": {"GET /TOKEN/", "127.0.0.1.evil.example", 421, "this is another host"},
		"name, no token":    {"GET /", "evil.example", 421, "this is another host"},
		"other address":     {"GET /TOKEN/", "192.0.2.1:PORT", 421, "this is another host"},
		"no host":           {"GET /TOKEN/", "", 421, "this is another host"},
		"head":              {"HEAD /TOKEN/", "127.0.0.1:PORT", 200, ""},
		"post":              {"POST /TOKEN/", "127.0.0.1:PORT", 405, "only GET and HEAD"},
		"put":               {"PUT /TOKEN/a", "127.0.0.1:PORT", 405, "only GET and HEAD"},
		"post, no token":    {"POST /", "127.0.0.1:PORT", 404, "not found"},
	}
	fill := strings.NewReplacer("TOKEN", token, "OTHER", other, "LOWER", strings.ToLower(token), "PART", token[:len(token)-1], "PORT", port)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			head := fill.Replace(tt.request + " HTTP/1.1\r\nHost: " + tt.host)
			answer, body := ask(t, address.Host, head)
			if answer.StatusCode != tt.status || body != tt.body {
				t.Errorf("%q: %d %q; want %d %q", head, answer.StatusCode, body, tt.status, tt.body)
			}
		})
	}
}

// Whatever is answered, other sites get nothing of it.
func TestHeaders(t *testing.T) {
	address := served(t, sayPath)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
			"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
		"Access-Control-Allow-Origin":  "",
	}
	for _, path := range []string{address.Path, "/"} {
		answer, _ := ask(t, address.Host, "GET "+path+" HTTP/1.1\r\nHost: "+address.Host)
		for name, value := range want {
			if got := answer.Header.Get(name); got != value {
				t.Errorf("GET %s: %s: %q; want %q", path, name, got, value)
			}
		}
	}
}

// A page may have a policy of its own.
func TestOwnPolicy(t *testing.T) {
	const own = "default-src 'none'; script-src 'sha256-x'"
	address := served(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Security-Policy", own) })
	answer, _ := ask(t, address.Host, "GET "+address.Path+" HTTP/1.1\r\nHost: "+address.Host)
	if got := answer.Header.Values("Content-Security-Policy"); len(got) != 1 || got[0] != own {
		t.Errorf("the policies are %q; want %q", got, own)
	}
}

// The name that the user gave is this host, in any case.
func TestNameGiven(t *testing.T) {
	listener, err := net.Listen("tcp", local.Loopback)
	if err != nil {
		t.Fatal(err)
	}
	address := serving(t, local.On(listener, "mybox"), sayPath)
	for host, want := range map[string]int{"MyBox:80": 200, "mybox": 200, "mybox.evil.example": 421} {
		answer, _ := ask(t, listener.Addr().String(), "GET "+address.Path+" HTTP/1.1\r\nHost: "+host)
		if answer.StatusCode != want {
			t.Errorf("for %q: %s; want %d", host, answer.Status, want)
		}
	}
}

func TestAddressWithoutSlash(t *testing.T) {
	address := served(t, sayPath)
	answer, _ := ask(t, address.Host, "GET "+strings.TrimSuffix(address.Path, "/")+" HTTP/1.1\r\nHost: "+address.Host)
	if got := answer.Header.Get("Location"); answer.StatusCode != http.StatusMovedPermanently || got != address.Path {
		t.Errorf("%d to %q; want 301 to %q", answer.StatusCode, got, address.Path)
	}
}

// More requests than there are slots are refused, and the slots come back.
func TestRequestsAreLimited(t *testing.T) {
	const slots = 32
	arrived, leave := make(chan struct{}), make(chan struct{})
	address := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wait" {
			arrived <- struct{}{}
			<-leave
		}
	})
	get := func(path string) int {
		answer, _ := ask(t, address.Host, "GET "+address.Path+path+" HTTP/1.1\r\nHost: "+address.Host)
		return answer.StatusCode
	}
	statuses := make(chan int)
	for range slots {
		go func() { statuses <- get("wait") }()
	}
	for range slots {
		<-arrived
	}
	if got := get(""); got != http.StatusServiceUnavailable {
		t.Errorf("request %d gets %d; want 503", slots+1, got)
	}
	close(leave)
	for range slots {
		if got := <-statuses; got != http.StatusOK {
			t.Errorf("one of %d requests gets %d; want 200", slots, got)
		}
	}
	if got := get(""); got != http.StatusOK {
		t.Errorf("afterwards a request gets %d; want 200", got)
	}
}

// A request under way, whose page heeds its context, does not keep the server.
func TestServeEnds(t *testing.T) {
	server, err := local.Listen(t.Context(), ":0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	left := make(chan struct{})
	page := func(_ http.ResponseWriter, r *http.Request) {
		cancel(enough)
		<-r.Context().Done()
		close(left)
	}
	go func() {
		answer, err := http.Get(server.URL())
		if err == nil {
			answer.Body.Close()
		}
	}()
	if err := server.Serve(ctx, http.HandlerFunc(page)); err != enough {
		t.Errorf("Serve() = %v; want %v", err, enough)
	}
	<-left
}

func TestListenRefuses(t *testing.T) {
	tests := map[string]string{
		"127.0.0.1":       "address 127.0.0.1: missing port in address",
		"127.0.0.1:99999": "listen tcp: address 99999: invalid port",
	}
	for address, want := range tests {
		server, err := local.Listen(t.Context(), address)
		if err == nil {
			server.Close()
		}
		if err == nil || err.Error() != want {
			t.Errorf("Listen(%q) = %v; want %s", address, err, want)
		}
	}
}
