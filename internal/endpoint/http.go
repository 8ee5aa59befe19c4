package endpoint

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"syscall"
	"time"
)

// A getter sends a GET request and waits for the headers of the response.
type getter struct {
	label
	url     string
	headers []Header
	buffers Buffers
	connect time.Duration // PeerOptions.ConnectTimeout
	retry   time.Duration // PeerOptions.ConnectRetry
	idle    time.Duration // PeerOptions.IdleTimeout

	conn      net.Conn // the last one that was dialed
	connected bool     // the connection for the current request is there
}

// openHTTP prepares a request.
func (s *Source) openHTTP(o Operand, opts SourceOptions) {
	s.kind, s.base, s.buffers = KindResponse, o.base(), o.buffers
	s.waiter = &getter{
		label: s.label, url: o.address, headers: opts.Headers, buffers: o.buffers,
		connect: opts.ConnectTimeout, retry: opts.ConnectRetry, idle: opts.IdleTimeout,
	}
}

func (g *getter) wait(ctx context.Context) (stream, error) {
	// The body is read after ctx has ended, but not if ctx ends during the wait.
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	response, err := g.keepTrying(life)
	if !stop() {
		if err == nil {
			response.Body.Close()
		}
		return nil, contextError(ctx)
	}
	if err != nil {
		cancel()
		return nil, g.failed(err)
	}
	b := &body{ReadCloser: response.Body, stop: cancel, length: response.ContentLength}
	if response.StatusCode/100 != 2 {
		b.Close()
		return nil, g.fail("get", statusError(response))
	}
	if conn, ok := g.conn.(syscall.Conn); ok {
		if raw, err := conn.SyscallConn(); err == nil {
			b.granted = g.buffers.granted(raw)
		}
	}
	return b, nil
}

// keepTrying is get, as often as PeerOptions.ConnectRetry allows while there is
// nobody to connect to. Whatever happens on a connection is not tried again.
// The attempts are not made in dial, which net/http does not cancel.
func (g *getter) keepTrying(ctx context.Context) (*http.Response, error) {
	var response *http.Response
	var failed error // on a connection
	err := KeepTrying(ctx, g.retry, func() (err error) {
		if response, err = g.get(ctx); g.connected {
			failed, err = err, nil
		}
		return err
	})
	return response, cmp.Or(err, failed)
}

// statusError says what the server has refused, and where redirects have led.
func statusError(response *http.Response) error {
	if response.Request.Response == nil {
		return errors.New(response.Status)
	}
	return fmt.Errorf("%s, redirected to %q", response.Status, response.Request.URL.Redacted())
}

// get sends the request and follows redirects, ten at most.
func (g *getter) get(ctx context.Context) (*http.Response, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { g.connected = false },
		GotConn: func(httptrace.GotConnInfo) { g.connected = true },
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "bpcopy")
	for i, h := range g.headers {
		h.addTo(request, g.headers[:i])
	}
	client := http.Client{Transport: g.transport()}
	return client.Do(request)
}

// transport returns the transport of one request. Proxies are those that the
// environment names, as for other programs.
func (g *getter) transport() *http.Transport {
	// HTTP/2 has a flow control of its own, and net/http takes in up to 4 MiB of
	// a stream that nobody reads. With HTTP/1.1 a copy that does not read leaves
	// the bytes in the kernel, whose receive buffer is the backpressure.
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           g.dial,
		Protocols:             &protocols,
		TLSHandshakeTimeout:   g.connect,
		ResponseHeaderTimeout: g.idle,
		DisableKeepAlives:     true, // there is one request
		DisableCompression:    true, // the bytes are copied as they are, and Content-Length counts them
	}
}

func (g *getter) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	dialer := net.Dialer{Timeout: g.connect, Control: g.buffers.Control}
	g.conn, err = dialer.DialContext(ctx, network, address)
	return g.conn, err
}

// failed returns the error of a request that came to nothing.
func (g *getter) failed(err error) error {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		if g.connected {
			return g.timeout("get", "response", g.idle)
		}
		timeout := g.timeout("connect to", "connection", g.connect)
		if late, ok := errors.AsType[*lateError](err); ok {
			timeout.Tried = late.during
		}
		return timeout
	}
	hint := ""
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		hint = "SSL_CERT_FILE in the environment names the certificates to trust"
	}
	return g.failHint("get", err, hint)
}

func (g *getter) close() error { return nil }

// A body is the stream of a response.
type body struct {
	io.ReadCloser
	stop    context.CancelFunc
	length  int64 // Content-Length, or -1
	got     int64 // bytes that were read
	granted Buffers
}

// Read reads what has come. A body that ends too early is an error.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	switch {
	case n > 0 && err == io.EOF:
		err = nil // the next call says it again
	case err == io.ErrUnexpectedEOF && b.length >= 0:
		err = fmt.Errorf("ended after %d of %d bytes", b.got, b.length)
	case err == io.ErrUnexpectedEOF:
		err = fmt.Errorf("cut off after %d bytes: the last chunk is missing", b.got)
	}
	return n, err
}

// Write panics: a body is a source only.
func (b *body) Write([]byte) (int, error) {
	panic("endpoint: internal error: a response is written to")
}

// Close closes the connection, also before the end.
func (b *body) Close() error {
	defer b.stop()
	return b.ReadCloser.Close()
}

func (b *body) cancel() { b.stop() }

// raw returns false: the bytes have passed net/http.
func (b *body) raw() (syscall.RawConn, bool) { return nil, false }

// Ready is [end.Ready]. It learns the size from the headers of a response.
func (s *Source) Ready(ctx context.Context) error {
	if err := s.end.Ready(ctx); err != nil {
		return err
	}
	if b, ok := s.stream.(*body); ok && b.length >= 0 {
		s.size, s.sizeKnown = b.length, true
	}
	return nil
}
