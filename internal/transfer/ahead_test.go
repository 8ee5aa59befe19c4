package transfer

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/ledger"
	"bpcopy/internal/throttle"
)

// What a source gives 10 ms apart arrives 10 ms apart, each so much later.
func TestDelayedSource(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		script       string
		ahead        int64 // --read-ahead
		first, apart time.Duration
	}{
		{"delay 95ms", kib, 105 * ms, 10 * ms},
		{"delay 5ms", kib, 15 * ms, 10 * ms},
		{"delay 95ms", 11, 105 * ms, 10 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			dst := &clocked{checked: checked{t: t}, start: time.Now()}
			opts := marks(kib, tt.ahead, kib)
			opts.Producer = script(t, tt.script)
			got, err := run(t, spaced{sourceOf(50)}, dst, opts)
			last := max(tt.first+49*tt.apart, 510*ms) // the read that finds the end takes its time, too
			if err != nil || dst.n != 50 || got.Elapsed != last {
				t.Errorf("%q: %v with %d bytes in %v; want all 50 in %v", tt.script, err, dst.n, got.Elapsed, last)
			}
			for i, at := range dst.arrivals {
				want := tt.first + time.Duration(i)*tt.apart
				if at != want {
					t.Errorf("%q: byte %d arrives after %v; want %v", tt.script, i, at, want)
				}
			}
		})
	}
}

// The source's own mark, divided by the delay, bounds what gets through, and all
// of the time is the limit's.
func TestDelayedSourceIsBoundedByItsMark(t *testing.T) {
	for _, z := range []struct{ ahead, chunk int64 }{{64 * kib, 16 * kib}, {64 * kib, 64 * kib}, {1, 64 * kib}} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(mib, z.ahead, z.chunk)
			opts.Producer = script(t, "delay 100ms")
			dst := &checked{t: t}
			got, err := run(t, sourceOf(640*kib), dst, opts)
			if err != nil || dst.n != 640*kib || got.Elapsed != time.Second || got.Pauses != 0 {
				t.Errorf("%+v: %v with %d bytes in %v, %d pauses; want all in 1s, none", z, err, dst.n, got.Elapsed, got.Pauses)
			}
			if limit := got.Waits.Of(ledger.ByLimit); limit != time.Second {
				t.Errorf("%+v: the limit held the copy up for %v; want 1s", z, limit)
			}
		})
	}
}

// A slow destination pauses a delayed source as any other.
func TestDelayedSourcePauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(16*kib, 32*kib, 16*kib)
		opts.Producer = script(t, "delay 15ms")
		dst := &checked{t: t}
		got, err := run(t, sourceOf(160*kib), slow{dst, time.Second}, opts)
		if err != nil || dst.n != 160*kib || got.Pauses != 10 || got.PeakLength != 16*kib || got.Elapsed != 10*time.Second+15*time.Millisecond {
			t.Errorf("%v with %d bytes in %v, %d pauses, peak %d; want all in 10.015s, 10, 16 KiB", err, dst.n, got.Elapsed, got.Pauses, got.PeakLength)
		}
	})
}

// However a copy ends, what is under way holds nobody up.
func TestDelayedSourceEnds(t *testing.T) {
	broken := errors.New("broken")
	of := func(size int64) func() Source { return func() Source { return sourceOf(size) } }
	for _, tt := range []struct {
		name    string
		src     func() Source // in the bubble
		dst     Destination
		script  string
		err     string
		bytes   int64
		elapsed time.Duration
	}{
		{"empty", of(0), discarding{io.Discard}, "delay 1h", "", 0, 0},
		{"script closes", of(mib), discarding{io.Discard}, "delay 2s for 1s; close", "", 0, time.Second},
		{"script closes after an amount", of(mib), discarding{io.Discard}, "delay 2s for 1B; close", "", 1, 2 * time.Second},
		{"script fails", func() Source { return spaced{sourceOf(mib)} }, discarding{io.Discard}, "delay 2s for 995ms; fail EIO", "input/output error", 0, time.Second}, // its read takes 5 ms more
		{"stuck", func() Source { return newStuck() }, discarding{io.Discard}, "delay 1h for 1s; close", "", 0, time.Second},
		{"source fails", func() Source { return memorySource{io.MultiReader(sourceOf(10), failing{broken})} }, discarding{io.Discard}, "delay 1s", "broken", 0, 0},
		{"destination fails", of(10), failingWrites{broken}, "delay 1s", "broken", 0, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(kib, kib, kib)
			opts.Producer = script(t, tt.script)
			got, err := run(t, tt.src(), tt.dst, opts)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if text != tt.err || got.Written != tt.bytes || got.Elapsed != tt.elapsed {
				t.Errorf("%s: %q with %d bytes after %v; want %q, %d, %v", tt.name, text, got.Written, got.Elapsed, tt.err, tt.bytes, tt.elapsed)
			}
		})
	}
}

// failingWrites is a destination that fails.
type failingWrites struct{ err error }

func (f failingWrites) Write([]byte) (int, error) { return 0, f.err }
func (failingWrites) Cancel()                     {}

// Both ends may delay, and StopAt reads nothing beyond.
func TestDelayAtBothEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dst := &clocked{checked: checked{t: t}, start: time.Now()}
		counter := readCounter{sourceOf(kib), new(int64)}
		opts := marks(kib, kib, 16)
		opts.StopAt = new(int64(100))
		opts.Producer, opts.Consumers = script(t, "delay 1s"), []throttle.Script{script(t, "delay 2s")}
		got, err := run(t, counter, dst, opts)
		if err != nil || dst.n != 100 || got.Elapsed != 3*time.Second || *counter.asked != 100 {
			t.Errorf("%v with %d bytes in %v, %d read; want 100 in 3s, 100", err, dst.n, got.Elapsed, *counter.asked)
		}
	})
}

func TestDelayedSourceWantsMemory(t *testing.T) {
	for _, choice := range []conduit.Choice{conduit.KernelOnly, conduit.RangeOnly} {
		opts := marks(kib, kib, kib)
		opts.Conduit, opts.Producer = choice, script(t, "delay 1s")
		_, err := New(sourceOf(1), []Destination{discarding{io.Discard}}, opts)
		if want := "a script that delays the source wants the conduit memory"; err == nil || err.Error() != want {
			t.Errorf("New() = %v; want %s", err, want)
		}
	}
}
