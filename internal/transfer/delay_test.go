package transfer

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/throttle"
)

// spaced is a source of single bytes, one each 10 ms.
type spaced struct{ memorySource }

func (s spaced) Read(p []byte) (int, error) {
	time.Sleep(10 * time.Millisecond)
	return s.memorySource.Read(p[:1])
}

// clocked notes when bytes arrive.
type clocked struct {
	checked
	start    time.Time
	arrivals []time.Duration // of each byte
}

func (c *clocked) Write(p []byte) (int, error) {
	for range p {
		c.arrivals = append(c.arrivals, time.Since(c.start))
	}
	return c.checked.Write(p)
}

// Bytes 10 ms apart arrive 10 ms apart, each so much later, and until then they
// are buffered.
func TestDelay(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		script string
		first  time.Duration
		apart  time.Duration
		counts counted
	}{
		{"delay 95ms", 105 * ms, 10 * ms, counted{writes: 50, peak: 10}},
		{"delay 5ms", 15 * ms, 10 * ms, counted{writes: 50, peak: 1}},
		{"latency 93ms", 103 * ms, 93 * ms, counted{writes: 50, peak: 45}}, // for comparison
	} {
		synctest.Test(t, func(t *testing.T) {
			dst := &clocked{checked: checked{t: t}, start: time.Now()}
			opts := marks(kib, kib, kib)
			opts.Consumers = []throttle.Script{script(t, tt.script)}
			if tt.script[0] == 'l' {
				opts.LowWaterMark = 1 // each chunk by itself, as with a delay
			}
			got, err := run(t, spaced{sourceOf(50)}, dst, opts)
			if err != nil || counts(got) != tt.counts {
				t.Errorf("%q: %v with counts %+v; want %+v", tt.script, err, counts(got), tt.counts)
			}
			for i, at := range dst.arrivals {
				if want := tt.first + time.Duration(i)*tt.apart; at != want {
					t.Errorf("%q: byte %d arrives after %v; want %v", tt.script, i, at, want)
				}
			}
		})
	}
}

// The mark, divided by the delay, bounds what gets through, and all of the time
// is the limit's.
func TestDelayIsBoundedByTheMark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(64*kib, 64*kib, 16*kib)
		opts.Consumers = []throttle.Script{script(t, "delay 100ms")}
		dst := &checked{t: t}
		got, err := run(t, sourceOf(640*kib), dst, opts)
		want := counted{writes: 40, writesFalse: 10, pauses: 10, drains: 10, resumes: 10, peak: 64 * kib}
		if err != nil || dst.n != 640*kib || got.Elapsed != time.Second || counts(got) != want {
			t.Errorf("Run() = %v with %d bytes in %v, counts %+v; want all in 1s, %+v", err, dst.n, got.Elapsed, counts(got), want)
		}
		if limit := got.Waits.Of(ledger.ByLimit); limit != time.Second {
			t.Errorf("the limit held the copy up for %v; want 1s", limit)
		}
	})
}

// Each of several destinations has its own delay.
func TestDelayOfOneDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		quick := &clocked{checked: checked{t: t}, start: start}
		late := &clocked{checked: checked{t: t}, start: start}
		opts := marks(kib, kib, kib)
		opts.Consumers = []throttle.Script{{}, script(t, "delay 1s")}
		if _, err := runAll(t, spaced{sourceOf(20)}, []Destination{quick, late}, opts); err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			read := time.Duration(i+1) * 10 * time.Millisecond
			if quick.arrivals[i] != read || late.arrivals[i] != read+time.Second {
				t.Errorf("byte %d arrives after %v and %v; want %v and a second more", i, quick.arrivals[i], late.arrivals[i], read)
			}
		}
	})
}

// Jitter is the same again with the same seed.
func TestDelayWithJitter(t *testing.T) {
	arrivals := func(seed uint64) (at []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			dst := &clocked{checked: checked{t: t}, start: time.Now()}
			opts := marks(kib, kib, kib)
			opts.Seed = seed
			opts.Consumers = []throttle.Script{script(t, "delay 50ms jitter 50ms")}
			if _, err := run(t, spaced{sourceOf(50)}, dst, opts); err != nil {
				t.Fatal(err)
			}
			at = dst.arrivals
		})
		return at
	}
	a, again, other := arrivals(1), arrivals(1), arrivals(2)
	if !slices.Equal(a, again) || slices.Equal(a, other) || !slices.IsSorted(a) {
		t.Errorf("seeds 1, 1 and 2 let bytes arrive after\n%v\n%v\n%v\nwant the first two alike, the third different, all in order", a, again, other)
	}
}

// What is under way is lost when the copy is given up, and nobody waits for it.
func TestDelayEndsWithTheCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		opts := marks(kib, kib, kib)
		opts.Consumers = []throttle.Script{script(t, "delay 1h")}
		c, err := New(sourceOf(10), []Destination{discarding{io.Discard}}, opts)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() { cancel(enough) })
		if err := c.Run(ctx); !errors.Is(err, enough) || c.Stats().Written != 0 || c.Stats().Elapsed != time.Second {
			t.Errorf("Run() = %v after %v, %d bytes written; want %v after 1s, none", err, c.Stats().Elapsed, c.Stats().Written, enough)
		}
	})
}
