package transfer

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/side"
)

// A side that gives or takes nothing is too slow after just the time of the limit.
func TestLowSpeed(t *testing.T) {
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
			opts.LowSpeed = LowSpeed{Rate: kib, Over: 2 * time.Second}
			got, err := run(t, src, dst, opts)
			slow, ok := errors.AsType[*SlowError](err)
			if !ok || slow.Side != tt.want || err.Error() != "slower than 1KiB/s for 2s: 0 B/s" || errCode(err) != "ETIMEDOUT" {
				t.Errorf("Run() = %v; want slower than 1KiB/s for 2s, because of the %v", err, tt.want)
			}
			if got.Elapsed != 2*time.Second {
				t.Errorf("gave up after %v; want 2s", got.Elapsed)
			}
		})
	}
}

// A destination takes 1 KiB in 0.9 s, so 1138 bytes in a second.
func TestLowSpeedIsAMean(t *testing.T) {
	for _, tt := range []struct {
		rate int64
		mark int64
		want string
	}{
		{2 * kib, kib, "slower than 2KiB/s for 4s: 1 KiB/s"}, // 4 KiB after 4 s
		{1000, kib, ""},
		{1000, mib, ""}, // the source is read at once, long before
		{2 * kib, mib, "slower than 2KiB/s for 4s: 1 KiB/s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(tt.mark, tt.mark, kib)
			opts.LowWaterMark = 1 // or all that is buffered would be written at once
			opts.LowSpeed = LowSpeed{Rate: tt.rate, Over: 4 * time.Second}
			_, err := run(t, sourceOf(20*kib), slow{&checked{t: t}, 900 * time.Millisecond}, opts)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("at least %d bytes a second with a mark of %d: Run() = %q; want %q", tt.rate, tt.mark, got, tt.want)
			}
		})
	}
}

// What holds a copy up besides the two sides is nobody's slowness.
func TestLowSpeedLeavesHeldCopiesAlone(t *testing.T) {
	for name, hold := range map[string]func(*Options){
		"a rate":   func(o *Options) { o.Rate = 1 },
		"a script": func(o *Options) { o.Producer = script(t, "1B/s for 5s; stall for 10s; unlimited") },
		"the user": func(o *Options) { o.PauseAfterChunk = 3 * time.Second },
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(kib, 1, 1)
			opts.LowSpeed = LowSpeed{Rate: mib, Over: time.Second}
			hold(&opts)
			got, err := run(t, sourceOf(10), &checked{t: t}, opts)
			if err != nil || got.Written != 10 || got.Elapsed < 9*time.Second {
				t.Errorf("held by %s: %d bytes in %v, %v; want 10 in at least 9s, nil", name, got.Written, got.Elapsed, err)
			}
		})
	}
}

func TestSpeedWindow(t *testing.T) {
	w := speedWindow{limit: LowSpeed{Rate: 100, Over: 2 * time.Second}}
	at := func(source, destination time.Duration, bytes int64) error {
		return w.add(Progress{Source: source * time.Second, Destination: destination * time.Second, Written: bytes})
	}
	for _, fast := range []struct {
		source, destination time.Duration
		bytes               int64
	}{
		{0, 0, 0},
		{1, 0, 0},     // it is young
		{1, 0, 0},     // time in which nobody was waited for
		{1, 1, 200},   // 200 bytes in 2 s
		{1, 2, 200},   // the same, since 1 s
		{1, 3, 400},   // 200 since 2 s
		{1, 3, 10000}, // a burst, with no wait
		{1, 4, 10000}, // it was in the last 2 s
	} {
		if err := at(fast.source, fast.destination, fast.bytes); err != nil {
			t.Errorf("add(%+v) = %v; want nil", fast, err)
		}
	}
	err := at(1, 6, 10199)
	if slow, ok := err.(*SlowError); !ok || slow.Rate != 99 || slow.Side != side.Destination {
		t.Errorf("199 bytes in 2s: %+v; want 99 bytes per second, the destination's", err)
	}
	if err := at(3, 6, 10399); err != nil {
		t.Errorf("200 bytes in 2s: %v; want nil", err)
	}
	if slow, ok := at(5, 6, 10399).(*SlowError); !ok || slow.Side != side.Source {
		t.Errorf("nothing in 2s of the source: %+v; want a *SlowError of the source", slow)
	}
	if n := len(w.samples); n > speedChecks+2 {
		t.Errorf("%d samples; want about %d at most", n, speedChecks)
	}
}

// TestSpeedThroughStages: the faster end counts, and the time of a stage is its own.
func TestSpeedThroughStages(t *testing.T) {
	w := speedWindow{limit: LowSpeed{Rate: 100, Over: 2 * time.Second}}
	if err := w.add(Progress{Stages: 2 * time.Second, Read: 200}); err != nil {
		t.Errorf("200 bytes read in 2s: %v; want nil", err)
	}
	slow, ok := w.add(Progress{Stages: 4 * time.Second, Read: 300, Written: 150}).(*SlowError)
	if !ok || slow.Rate != 75 || slow.Side != side.Neither {
		t.Errorf("150 bytes written in 2s: %+v; want 75 bytes per second, because of a stage", slow)
	}
}
