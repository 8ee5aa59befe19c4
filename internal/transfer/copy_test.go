package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

func marks(h, r, s int64) Options {
	return Options{HighWaterMark: h, ReadAhead: r, ChunkSize: s}
}

func run(t *testing.T, src Source, dst Destination, opts Options) (ledger.Snapshot, error) {
	t.Helper()
	c, err := New(src, []Destination{dst}, opts)
	if err != nil {
		t.Fatalf("New(%+v) = %v", opts, err)
	}
	virtual(c)
	err = c.Run(t.Context())
	return c.Stats(), err
}

func TestRateIsExact(t *testing.T) {
	for _, tt := range []struct {
		size, rate int64
		want       time.Duration
	}{{mib, 64 * kib, 16 * time.Second}, {10 * mib, mib, 10 * time.Second}, {1, 1, time.Second}, {0, 1, 0}} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(64*kib, 64*kib, 16*kib)
			opts.Rate = tt.rate
			got, err := run(t, sourceOf(tt.size), &checked{t: t}, opts)
			if err != nil || got.Elapsed != tt.want {
				t.Errorf("%d bytes at %d/s: %v, %v; want %v", tt.size, tt.rate, got.Elapsed, err, tt.want)
			}
		})
	}
}

func TestPausedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Each chunk fills the destination, which takes 10 ms for it.
		got, err := run(t, sourceOf(100*64), slow{&checked{t: t}, 10 * time.Millisecond}, marks(64, 64, 64))
		if err != nil || got.Pauses != 100 || got.Paused != time.Second || got.LongestPause != 10*time.Millisecond {
			t.Errorf("pauses %d, paused %v, longest %v, %v; want 100, 1s, 10ms", got.Pauses, got.Paused, got.LongestPause, err)
		}
	})
}

func TestChunksGoAsTheyCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, feed := io.Pipe()
		out, w := io.Pipe()
		go func() {
			for range 3 {
				time.Sleep(time.Second)
				feed.Write([]byte("hi"))
			}
			feed.Close()
		}()
		start := time.Now()
		go func() {
			run(t, memorySource{in}, discarding{w}, marks(mib, mib, mib))
			w.Close()
		}()
		p := make([]byte, 10)
		for i := range 3 {
			n, err := out.Read(p)
			if want := time.Duration(i+1) * time.Second; string(p[:n]) != "hi" || err != nil || time.Since(start) != want {
				t.Errorf("chunk %d is %q, %v after %v; want hi after %v", i, p[:n], err, time.Since(start), want)
			}
		}
		synctest.Wait()
	})
}

func stuckSource() (Source, Destination)      { return newStuck(), discarding{io.Discard} }
func stuckDestination() (Source, Destination) { return sourceOf(mib), newStuck() }

func TestCancel(t *testing.T) {
	reason := errors.New("enough")
	for _, tt := range []struct {
		name string
		ends func() (Source, Destination)
		rate int64
	}{
		{"stuck source", stuckSource, 0},
		{"stuck destination", stuckDestination, 0},
		{"waiting for its time", func() (Source, Destination) { return sourceOf(mib), discarding{io.Discard} }, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			src, dst := tt.ends()
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(5*time.Second, func() { cancel(reason) })
			opts := marks(kib, kib, kib)
			opts.Rate = tt.rate
			var last stream.Event
			opts.Observe = func(_ time.Duration, e *stream.Event) { last = *e }
			c, err := New(src, []Destination{dst}, opts)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Run(ctx); err != reason {
				t.Errorf("%s: Run() = %v; want %v", tt.name, err, reason)
			}
			if got := c.Stats().Elapsed; got != 5*time.Second {
				t.Errorf("%s: ended after %v; want 5s", tt.name, got)
			}
			if last.Kind != stream.Callback || last.Code != stream.CodeAborted {
				t.Errorf("%s: last event %v %q; want callback ABORT_ERR", tt.name, last.Kind, last.Code)
			}
		})
	}
}

func TestIdleTimeout(t *testing.T) {
	for _, tt := range []struct {
		ends func() (Source, Destination)
		want side.Side
	}{
		{stuckSource, side.Source},
		{stuckDestination, side.Destination},
	} {
		synctest.Test(t, func(t *testing.T) {
			src, dst := tt.ends()
			opts := marks(kib, kib, kib)
			opts.IdleTimeout = 2 * time.Second
			got, err := run(t, src, dst, opts)
			idle, ok := errors.AsType[*IdleError](err)
			if !ok || idle.Side != tt.want || err.Error() != "no byte moved for 2s" {
				t.Errorf("Run() = %v; want no byte moved for 2s, because of the %v", err, tt.want)
			}
			if got.Elapsed != 2*time.Second {
				t.Errorf("gave up after %v; want 2s", got.Elapsed)
			}
		})
	}
}

func TestIdleTimeoutLeavesSlowCopiesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(kib, kib, kib)
		opts.IdleTimeout = 2 * time.Second
		got, err := run(t, sourceOf(10), slow{&checked{t: t}, 1900 * time.Millisecond}, opts)
		if err != nil || got.Written != 10 {
			t.Errorf("slow destination: %d bytes, %v; want 10, nil", got.Written, err)
		}
		opts.Rate = 1 // a byte each second, written two at a time
		opts.IdleTimeout = 500 * time.Millisecond
		got, err = run(t, sourceOf(10), &checked{t: t}, opts)
		if err != nil || got.Written != 10 {
			t.Errorf("low rate: %d bytes, %v; want 10, nil", got.Written, err)
		}
	})
}

func TestFailures(t *testing.T) {
	broken := errors.New("broken")
	t.Run("read", func(t *testing.T) {
		src := memorySource{io.MultiReader(io.LimitReader(counting{new(byte)}, 100), failing{broken})}
		_, err := run(t, src, &checked{t: t}, marks(kib, kib, kib))
		if err != broken {
			t.Errorf("Run() = %v; want %v", err, broken)
		}
	})
	t.Run("write", func(t *testing.T) {
		got, err := run(t, sourceOf(mib), &failingAfter{100, broken}, marks(kib, kib, kib))
		if err != broken || got.Written != 100 {
			t.Errorf("Run() = %v with %d bytes written; want %v with 100", err, got.Written, broken)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

type failingAfter struct {
	room int
	err  error
}

func (w *failingAfter) Write(p []byte) (int, error) {
	n := min(w.room, len(p))
	w.room -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

func (*failingAfter) Cancel() {}

// reads counts what is asked of a source.
type readCounter struct {
	memorySource
	asked *int64
}

func (r readCounter) Read(p []byte) (int, error) {
	n, err := r.memorySource.Read(p)
	*r.asked += int64(n)
	return n, err
}

func TestStopAtReadsNothingBeyond(t *testing.T) {
	for _, stop := range []int64{0, 1, 999, 1000, 1001, 2000} {
		var asked int64
		opts := marks(kib, kib, 1000)
		opts.StopAt = &stop
		dst := &checked{t: t}
		_, err := run(t, readCounter{sourceOf(mib), &asked}, dst, opts)
		if err != nil || asked != stop || dst.n != stop {
			t.Errorf("StopAt %d: read %d, wrote %d, %v; want exactly that", stop, asked, dst.n, err)
		}
	}
}

// TestLowWaterMark looks at the lengths at which a batch drains: at the mark,
// and not at the end of the batch.
func TestLowWaterMark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(10, 100, 1)
		opts.LowWaterMark = 4
		opts.Rate = 10
		var lengths []int64
		opts.Observe = func(_ time.Duration, e *stream.Event) {
			if e.Kind == stream.Drain {
				lengths = append(lengths, e.Length)
			}
		}
		_, err := run(t, sourceOf(40), &checked{t: t}, opts)
		// 10 fill it; each 6 written make room for 6.
		if got, want := fmt.Sprint(lengths), "[4 4 4 4 4]"; err != nil || got != want {
			t.Errorf("drains at %v, %v; want %v", got, err, want)
		}
	})
}

func TestBadOptions(t *testing.T) {
	for _, tt := range []struct {
		opts Options
		want string
	}{
		{marks(0, 1, 1), "high-water mark of 0 bytes: want 1 byte to " + maxMarkText()},
		{marks(1, 0, 1), "read-ahead of 0 bytes: want 1 byte to " + maxMarkText()},
		{marks(1, 1, 1<<62), "chunk size of 4611686018427387904 bytes: want 1 byte to " + maxMarkText()},
		{Options{HighWaterMark: 1, ReadAhead: 1, ChunkSize: 1, IgnoreBackpressure: true}, "memory limit of 0 bytes: want at least 1 byte"},
		{Options{HighWaterMark: 5, LowWaterMark: 5, ReadAhead: 1, ChunkSize: 1}, "low-water mark of 5 bytes: want less than the high-water mark of 5"},
	} {
		if _, err := New(sourceOf(0), []Destination{discarding{io.Discard}}, tt.opts); err == nil || err.Error() != tt.want {
			t.Errorf("New(%+v) = %v; want %v", tt.opts, err, tt.want)
		}
	}
}

func TestLargeMarksCostNothing(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("they cost what they are here, and are limited")
	}
	got, err := run(t, sourceOf(mib), &checked{t: t}, marks(maxMark/16, maxMark/16, 64*kib))
	if err != nil || got.Written != mib {
		t.Errorf("%d bytes, %v; want all", got.Written, err)
	}
}

func TestStatsOfACopyThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(sourceOf(100), []Destination{slow{&checked{t: t}, time.Second}}, marks(10, 10, 10))
		if err != nil {
			t.Fatal(err)
		}
		go c.Run(t.Context())
		time.Sleep(3500 * time.Millisecond)
		got := c.Stats()
		if got.Written != 30 || got.Elapsed != 3500*time.Millisecond || got.WaitingFor != side.Destination || got.Length != 10 ||
			got.Paused != 3500*time.Millisecond || !got.LastMoved.Equal(time.Now().Add(-500*time.Millisecond)) {
			t.Errorf("Stats() = %+v", got)
		}
		time.Sleep(10 * time.Second)
	})
}

func TestEventsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var names []string
		opts := marks(10, 10, 10)
		opts.Rate = 10
		opts.Observe = func(at time.Duration, e *stream.Event) { names = append(names, fmt.Sprintf("%v:%v", at, e.Kind)) }
		if _, err := run(t, memorySource{bytes.NewReader(make([]byte, 15))}, discarding{io.Discard}, opts); err != nil {
			t.Fatal(err)
		}
		want := "0s:pipe 0s:resume 0s:data 0s:write 0s:pause 1s:drain 1s:resume 1s:data 1s:write 1s:end 1s:pause 1s:unpipe 1s:close " +
			"1.5s:finish 1.5s:close 1.5s:callback"
		if got := strings.Join(names, " "); got != want {
			t.Errorf("events\n%s; want\n%s", got, want)
		}
	})
}

// TestFailureEndsAWaitForItsTime: whoever waits for his time is let go when the
// other side fails.
func TestFailureEndsAWaitForItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		src := memorySource{io.MultiReader(io.LimitReader(counting{new(byte)}, 100), failing{broken})}
		opts := marks(kib, kib, kib)
		opts.Rate, opts.Burst = 1, kib
		got, err := run(t, src, &checked{t: t}, opts)
		if err != broken || got.Elapsed != 0 {
			t.Errorf("Run() = %v after %v; want %v at once", err, got.Elapsed, broken)
		}
	})
}
