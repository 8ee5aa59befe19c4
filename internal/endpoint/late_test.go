//go:build unix

package endpoint

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/side"
)

// refusal is what net.Dial returns where nobody listens.
func refusal() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", notThereYet()[0])}
}

func TestKeepTrying(t *testing.T) {
	denied := errors.New("denied")
	for _, tt := range []struct {
		during time.Duration
		comes  time.Duration // when the service starts; -1 is never
		fails  error         // what it answers then
		want   string
		at     []time.Duration // the attempts
	}{
		{0, -1, nil, "connection refused", []time.Duration{0}},
		{0, 0, nil, "", []time.Duration{0}},
		{time.Hour, 0, nil, "", []time.Duration{0}},
		{time.Hour, 150 * time.Millisecond, nil, "", []time.Duration{0, 100, 200}},
		{time.Hour, 150 * time.Millisecond, denied, "denied", []time.Duration{0, 100, 200}},
		{250 * time.Millisecond, -1, nil, "connection refused, tried for 250ms", []time.Duration{0, 100, 200, 250}},
		{200 * time.Millisecond, -1, nil, "connection refused, tried for 200ms", []time.Duration{0, 100, 200}},
		{time.Millisecond, -1, nil, "connection refused, tried for 1ms", []time.Duration{0, 1}},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			var at []time.Duration
			err := KeepTrying(t.Context(), tt.during, func() error {
				since := time.Since(begun)
				at = append(at, since/time.Millisecond)
				if tt.comes < 0 || since < tt.comes {
					return refusal()
				}
				return tt.fails
			})
			got := ""
			if err != nil {
				got = cause(err).Error()
			}
			if got != tt.want || !slices.Equal(at, tt.at) {
				t.Errorf("KeepTrying(%v): %q with attempts at %d ms; want %q at %d ms", tt.during, got, at, tt.want, tt.at)
			}
		})
	}
}

// Whoever cancels need not wait for the next attempt.
func TestKeepTryingEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		begun, attempts := time.Now(), 0
		time.AfterFunc(130*time.Millisecond, cancel)
		err := KeepTrying(ctx, time.Hour, func() error { attempts++; return refusal() })
		if took := time.Since(begun); err != context.Canceled || attempts != 2 || took != 130*time.Millisecond {
			t.Errorf("KeepTrying() = %v after %d attempts and %v; want %v after 2 and 130ms", err, attempts, took, context.Canceled)
		}
	})
}

// One that never answers is a timeout all the same, and says so once.
func TestKeepTryingTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := label{side.Source, "tcp://host:1"}
		timeout := source.timeout("connect to", "connection", time.Second)
		err := KeepTrying(t.Context(), 3*time.Second, func() error { time.Sleep(time.Second); return timeout })
		const want = `connect to source "tcp://host:1": no connection within 1s, tried for 3s`
		if _, ok := source.fail("connect to", err).(*TimeoutError); !ok || err.Error() != want || timeout.Tried != 0 {
			t.Errorf("KeepTrying() = %q of type %[1]T; want %q of type %T", err, want, timeout)
		}

		g := getter{label: source, connect: time.Second}
		late := tooLate(&url.Error{Op: "Get", URL: "http://host:1", Err: os.ErrDeadlineExceeded}, 3*time.Second)
		if err := g.failed(late); err.Error() != want {
			t.Errorf("failed(%q) = %q; want %q", late, err, want)
		}
	})
}

func TestMayComeLate(t *testing.T) {
	for _, err := range append(notThereYet(), refusal(), &TimeoutError{}, &net.DNSError{IsNotFound: true}, &net.DNSError{IsTemporary: true}) {
		if !MayComeLate(err) {
			t.Errorf("MayComeLate(%v) = false; want true", err)
		}
	}
	for _, err := range []error{syscall.EACCES, io.EOF, &net.DNSError{Err: "misbehaving"}, context.Canceled} {
		if MayComeLate(err) {
			t.Errorf("MayComeLate(%v) = true; want false", err)
		}
	}
}

// A service that starts after the first attempt is met: at an address, at a Unix
// socket, and over HTTP.
func TestConnectRetry(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	later := PeerOptions{ConnectRetry: time.Hour, ConnectTimeout: patience}
	for _, network := range []string{"tcp", "unix"} {
		address := "late"
		if network == "tcp" {
			l, _ := listen(t, network, "127.0.0.1:0")
			address = l.Addr().String()
			l.Close()
		}
		url := network + "://" + address
		met := make(chan error)
		src := openSource(t, url, SourceOptions{PeerOptions: later})
		go func() { met <- src.Ready(t.Context()) }()
		blocked(t, "endpoint.KeepTrying")
		l, _ := listen(t, network, address)
		peer, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if err := <-met; err != nil {
			t.Errorf("Ready() of %s = %v; want nil", url, err)
		}
		io.WriteString(peer, "data")
		peer.Close()
		wantRead(t, src, "data")
		src.Close()
		l.Close()
	}

	l, _ := listen(t, "tcp", "127.0.0.1:0")
	address := l.Addr().String()
	l.Close()
	met := make(chan error)
	src := openSource(t, "http://"+address+"/data", SourceOptions{PeerOptions: later})
	go func() { met <- src.Ready(t.Context()) }()
	blocked(t, "endpoint.KeepTrying")
	l, _ = listen(t, "tcp", address)
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "data") })}
	go server.Serve(l)
	if err := <-met; err != nil {
		t.Fatalf("Ready() over HTTP = %v; want nil", err)
	}
	wantRead(t, src, "data")
	src.Close()
	server.Close()
}

// One that never starts is an error that says how long it was tried, and a wait for
// it can be cancelled.
func TestConnectRetryEnds(t *testing.T) {
	checkLeaks(t)
	t.Chdir(t.TempDir())
	for _, url := range []string{"tcp://127.0.0.1:1", "unix://none", "http://127.0.0.1:1/x"} {
		src := openSource(t, url, SourceOptions{PeerOptions: PeerOptions{ConnectRetry: time.Millisecond}})
		op, reason := "connect to", "connection refused"
		switch url[:4] {
		case "unix":
			reason = "no such file or directory"
		case "http":
			op = "get"
		}
		wantError(t, "Ready()", src.Ready(t.Context()), op+` source "`+url+`": `+reason+", tried for 1ms", "")
		src.Close()
		src = openSource(t, url, SourceOptions{PeerOptions: PeerOptions{ConnectRetry: time.Hour}})
		wantCanceled(t, "endpoint.KeepTrying", src.Cancel, func() error { return src.Ready(t.Context()) })
		src.Close()
		ctx, cancel := context.WithCancel(t.Context())
		src = openSource(t, url, SourceOptions{PeerOptions: PeerOptions{ConnectRetry: time.Hour}})
		wantCanceled(t, "endpoint.KeepTrying", cancel, func() error { return src.Ready(ctx) })
		src.Close()
	}
}
