//go:build unix

package endpoint

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// server serves HTTP for the length of the test.
func server(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

// rawServer is a server that sends one response as it is, and closes.
func rawServer(t *testing.T, response string) (url string) {
	t.Helper()
	l, _ := listen(t, "tcp", "127.0.0.1:0")
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				io.WriteString(conn, response)
			}
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String() + "/"
}

func TestHTTP(t *testing.T) {
	checkLeaks(t)
	want := strings.Repeat("0123456789", 100_000)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sized":
			w.Header().Set("Content-Length", fmt.Sprint(len(want)))
			io.WriteString(w, want)
		case "/chunked":
			for i := 0; i < len(want); i += 50_000 {
				io.WriteString(w, want[i:i+50_000])
				w.(http.Flusher).Flush()
			}
		case "/empty":
		case "/moved":
			http.Redirect(w, r, "/sized", http.StatusFound)
		case "/query":
			fmt.Fprintf(w, "%s %s %s %s %s", r.Method, r.URL.RawQuery, r.Proto, r.UserAgent(), r.Header["Accept-Encoding"])
		case "/zipped": // though nobody asked
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, "zipped")
			z.Close()
		}
	})
	tests := []struct {
		path, want string
		size       int64 // -1 if it is not known
	}{
		{"/sized", want, int64(len(want))},
		{"/chunked", want, -1},
		{"/empty", "", 0},
		{"/moved", want, int64(len(want))},
		{"/query?a=1&b=%20", "GET a=1&b=%20 HTTP/1.1 bpcopy []", 32},
		{"/query?a=1&rcvbuf=64KiB&b&sndbuf=1k", "GET a=1&b HTTP/1.1 bpcopy []", 28},
	}
	for _, test := range tests {
		src := openSource(t, s.URL+test.path, SourceOptions{})
		if _, known := src.Size(); known || src.Kind() != KindResponse {
			t.Errorf("%s: Size() is known before Ready(): %v, Kind() = %v", test.path, known, src.Kind())
		}
		ready(t, src)
		size, known := src.Size()
		if known != (test.size >= 0) || known && size != test.size {
			t.Errorf("%s: Size() = %d, %v; want %d", test.path, size, known, test.size)
		}
		wantRead(t, src, test.want)
		if _, ok := src.SyscallConn(); ok {
			t.Errorf("%s: SyscallConn() = true; want false, some bytes are in net/http", test.path)
		}
		src.Close()
	}
	src := readySource(t, s.URL+"/zipped", SourceOptions{})
	if z, err := gzip.NewReader(src); err != nil {
		t.Errorf("a gzipped body is not copied as it is: %v", err)
	} else if got, err := io.ReadAll(z); string(got) != "zipped" || err != nil {
		t.Errorf("gunzipped: %q, %v; want zipped", got, err)
	}
	src.Close()
}

func TestHTTPHeaders(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		fmt.Fprint(w, r.Host, r.Header["X-A"], r.Header["User-Agent"], user, password)
	})
	var headers []Header
	for _, text := range []string{"x-a: 1", "X-A:2 ", "Host: example.com", "user-agent: me"} {
		h, err := ParseHeader(text)
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, h)
	}
	url := strings.Replace(s.URL, "http://", "http://joe:secret@", 1)
	src := readySource(t, url, SourceOptions{Headers: headers})
	wantRead(t, src, "example.com[1 2] [me]joesecret")
	if got := operand(t, url).String(); strings.Contains(got, "secret") {
		t.Errorf("the operand's text is %q; want no password", got)
	}
	for text, want := range map[string]string{
		"":          `header "": want NAME:VALUE`,
		"a":         `header "a": want NAME:VALUE`,
		":b":        `header ":b": want NAME:VALUE`,
		"a b:c":     `header "a b:c": bad name "a b", want letters, digits and hyphens`,
		"a:b\r\nc:": `header "a:b\r\nc:": control characters in the value, want none`,
	} {
		_, err := ParseHeader(text)
		wantUsage(t, "ParseHeader("+text+")", err, want)
	}
}

func TestHTTPErrors(t *testing.T) {
	checkLeaks(t)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/missing":
			http.NotFound(w, r)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/to-missing":
			http.Redirect(w, r, "/missing?a=b", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/cached":
			w.WriteHeader(http.StatusNotModified)
		}
	})
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	l, _ := listen(t, "tcp", "127.0.0.1:0")
	l.Close()
	const certificates = "SSL_CERT_FILE in the environment names the certificates to trust"
	tests := []struct{ url, want, hint string }{
		{s.URL + "/missing", "404 Not Found", ""},
		{s.URL + "/to-missing", fmt.Sprintf("404 Not Found, redirected to %q", s.URL+"/missing?a=b"), ""},
		{s.URL + "/cached", "304 Not Modified", ""},
		{s.URL + "/loop", "stopped after 10 redirects", ""},
		{s.URL + "/file", `unsupported protocol scheme "file"`, ""},
		{"http://" + l.Addr().String() + "/", "connection refused", ""},
		{"http://unknown..host/", `looking up "unknown..host": no such host`, ""},
		{secure.URL, "tls: failed to verify certificate: x509: certificate signed by unknown authority", certificates},
		{strings.Replace(s.URL, "http", "https", 1), "http: server gave HTTP response to HTTPS client", ""},
		{rawServer(t, ""), "EOF", ""},
		{rawServer(t, "SSH-2.0-x\r\n"), `net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-x"`, ""},
	}
	for _, test := range tests {
		src := openSource(t, test.url, SourceOptions{})
		wantError(t, "Ready()", src.Ready(t.Context()), fmt.Sprintf("get source %q: %s", test.url, test.want), test.hint)
		src.Close()
	}
}

// A body that is cut off is an error, whichever way its length is told.
func TestHTTPTruncated(t *testing.T) {
	for _, test := range []struct{ response, want string }{
		{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "ended after 5 of 10 bytes"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n5\r\ncu", "cut off after 7 bytes: the last chunk is missing"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n", "cut off after 5 bytes: the last chunk is missing"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n", "invalid byte in chunk length"},
	} {
		url := rawServer(t, test.response)
		_, err := io.ReadAll(readySource(t, url, SourceOptions{}))
		wantError(t, "ReadAll()", err, fmt.Sprintf("read source %q: %s", url, test.want), "")
	}
	// Where no length is told, the end is the end.
	wantRead(t, readySource(t, rawServer(t, "HTTP/1.0 200 OK\r\n\r\nall"), SourceOptions{}), "all")
	// The promises of -s and -S hold for a body, too.
	url := rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall")
	_, err := io.ReadAll(readySource(t, url, SourceOptions{StopAt: new(int64(4))}))
	wantError(t, "ReadAll()", err, fmt.Sprintf("read source %q: ended after 3 of 4 bytes", url), "")
}

// A server that offers HTTP/2 is spoken to in HTTP/1.1, for the backpressure.
func TestHTTPIsNotHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	g := &getter{url: s.URL}
	transport := g.transport()
	transport.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.TLSClientConfig.NextProtos = nil
	response, err := (&http.Client{Transport: transport}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); string(got) != "HTTP/1.1" || err != nil {
		t.Errorf("the server hears %q, %v; want HTTP/1.1", got, err)
	}
}

// Every wait can be cancelled, and has its limit.
func TestHTTPWaits(t *testing.T) {
	checkLeaks(t)
	release := make(chan struct{})
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, "x")
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	src := openSource(t, s.URL+"/header", SourceOptions{})
	wantCanceled(t, "endpoint.(*Source).Ready", src.Cancel, func() error { return src.Ready(t.Context()) })
	src.Close()
	ctx, cancel := context.WithCancel(t.Context())
	src = openSource(t, s.URL+"/header", SourceOptions{})
	wantCanceled(t, "endpoint.(*Source).Ready", cancel, func() error { return src.Ready(ctx) })
	src.Close()

	src = readySource(t, s.URL+"/body", SourceOptions{})
	p := make([]byte, 1)
	if n, err := src.Read(p); n != 1 || err != nil {
		t.Fatalf("Read() = %d, %v; want 1, nil", n, err)
	}
	wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error { _, err := src.Read(p); return err })
	src.Close()

	src = openSource(t, s.URL+"/header", SourceOptions{PeerOptions: PeerOptions{IdleTimeout: time.Millisecond}})
	wantTimeout(t, src.Ready(t.Context()), fmt.Sprintf("get source %q: no response within 1ms", s.URL+"/header"))
	src.Close()
	_, mute := listen(t, "tcp", "127.0.0.1:0") // the kernel accepts, nobody shakes hands
	url := strings.Replace(mute, "tcp", "https", 1)
	src = openSource(t, url, SourceOptions{PeerOptions: PeerOptions{ConnectTimeout: 5 * time.Millisecond}})
	wantTimeout(t, src.Ready(t.Context()), fmt.Sprintf("connect to source %q: no connection within 5ms", url))
	src.Close()
}

// A source that is closed early closes its connection, so the server hears of it.
func TestHTTPClosedEarly(t *testing.T) {
	gone := make(chan error, 1)
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		p := make([]byte, 64<<10)
		for {
			if _, err := w.Write(p); err != nil {
				gone <- err
				return
			}
		}
	})
	src := readySource(t, s.URL, SourceOptions{})
	if _, err := io.ReadFull(src, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	src.Close()
	if err := <-gone; err == nil {
		t.Error("the server can write after Close()")
	}
}

// While nobody reads, the bytes stay in the kernel: the server has to wait.
func TestHTTPBackpressure(t *testing.T) {
	const total, buffers = 64 << 20, 4 << 20 // far more than 64 KiB twice and what net/http reads ahead
	var sent int64
	stuck := make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		p := make([]byte, 64<<10)
		for sent < total {
			control.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
			n, err := w.Write(p)
			sent += int64(n)
			if err != nil {
				break
			}
		}
		close(stuck)
	}))
	s.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
		}
	}
	s.Start()
	defer s.Close()
	src := readySource(t, s.URL+"?rcvbuf=64KiB", SourceOptions{})
	if got := src.Granted(); got.Receive < 64<<10 || got.Send != 0 {
		t.Errorf("Granted() = %+v; want a receive buffer of 64 KiB at least", got)
	}
	<-stuck
	if sent >= buffers {
		t.Errorf("the server got rid of %d bytes while nobody reads; want less than %d", sent, buffers)
	}
	src.Close()
}

func TestHTTPOperands(t *testing.T) {
	for in, want := range map[string]struct{ address, name, base string }{
		"http://h/a/b.img?x=1#frag":           {"http://h/a/b.img?x=1#frag", "b.img", "b.img"},
		"https://h:8443":                      {"https://h:8443", "h:8443", ""},
		"http://[::1]:80/":                    {"http://[::1]:80/", "[::1]:80", ""},
		"http://h/a%20b":                      {"http://h/a%20b", "a b", "a b"},
		"http://h/a/..":                       {"http://h/a/..", "h", ""},
		"http://h/x?rcvbuf=1k":                {"http://h/x", "x", "x"},
		"http://h/x?sndbuf=1k&a=%2F&a=2&noth": {"http://h/x?a=%2F&a=2&noth", "x", "x"},
	} {
		o, err := ParseOperand(in)
		if err != nil || o.Scheme() != HTTP || o.address != want.address || o.Name() != want.name || o.base() != want.base || o.String() != in {
			t.Errorf("ParseOperand(%q) = %q, name %q, base %q, %v; want %+v", in, o.address, o.Name(), o.base(), err, want)
		}
	}
	for in, want := range map[string]string{
		"http://":                       "no host, want http://HOST[:PORT]/PATH",
		"https:///x":                    "no host, want http://HOST[:PORT]/PATH",
		"http://h:99999/":               `bad port "99999", want a number from 1 to 65535`,
		"http://h:x/":                   `bad URL: invalid port ":x" after host, want http://HOST[:PORT]/PATH`,
		"http://h/%zz":                  `bad URL: invalid URL escape "%zz", want http://HOST[:PORT]/PATH`,
		"http://h/?rcvbuf=0":            `bad rcvbuf "0": must not be zero; want a size such as 64KiB or 1.5MiB`,
		"http://h/?rcvbuf=1k&rcvbuf=1k": "a second rcvbuf, want one",
	} {
		_, err := ParseOperand(in)
		wantUsage(t, "ParseOperand("+in+")", err, `operand "`+in+`": `+want)
	}
	_, err := OpenDest(t.Context(), operand(t, "http://h/x"), nil, DestOptions{})
	wantUsage(t, "OpenDest()", err, `destination "http://h/x": want a path or a socket, HTTP is for a source only`)
}
