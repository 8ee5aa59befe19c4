package transfer

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// A single goroutine that polls reads on while bytes are under way, and lets
// them arrive later.
func TestPollingDelays(t *testing.T) {
	const messages = 10
	feed, src := newPipe(t)
	dst, _ := newPipe(t)
	opts := marks(kib, kib, kib)
	opts.Consumers = []throttle.Script{script(t, "delay 1h")}
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	written := 0
	opts.Observe = func(_ time.Duration, e *stream.Event) {
		if e.Kind != stream.Write {
			return
		}
		written++
		if e.Length != int64(written) {
			t.Errorf("%d bytes are buffered after write %d; want all", e.Length, written)
		}
		if written == messages {
			cancel(enough)
			return
		}
		feed.Write([]byte("x")) // the next one, which the delay must not hold up
	}
	c, err := New(pipeEnd{src}, []Destination{pipeEnd{dst}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.engine.(*polling); !ok {
		t.Errorf("the engine is a %T; want one that polls", c.engine)
	}
	feed.Write([]byte("x"))
	if err := c.Run(ctx); !errors.Is(err, enough) || written != messages || c.Stats().Written != 0 {
		t.Errorf("Run() = %v, %d written to the stream, %d arrived; want %v, %d, 0", err, written, c.Stats().Written, enough, messages)
	}
}

// No byte arrives too early, whatever the machine does.
func TestPollingIsNeverEarly(t *testing.T) {
	const delay = 20 * time.Millisecond
	feed, src := newPipe(t)
	dst, result := newPipe(t)
	opts := marks(kib, kib, kib)
	opts.OwnProcess = true
	opts.Consumers = []throttle.Script{script(t, "delay 20ms")}
	c, err := New(pipeEnd{src}, []Destination{pipeEnd{dst}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	var ends sync.WaitGroup
	ends.Go(func() {
		defer feed.Close()
		p := make([]byte, 1)
		for i := range 5 {
			sent := time.Now()
			feed.Write([]byte{byte(i)})
			if _, err := result.Read(p); err != nil || p[0] != byte(i) {
				t.Errorf("byte %d arrives as %d, %v", i, p[0], err)
			}
			if took := time.Since(sent); took < delay {
				t.Errorf("byte %d arrives after %v; want at least %v", i, took, delay)
			}
		}
	})
	if err := c.Run(t.Context()); err != nil {
		t.Errorf("Run() = %v; want nil", err)
	}
	ends.Wait()
}
