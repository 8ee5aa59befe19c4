package transfer

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/stream"
)

func TestBackpressureIgnored(t *testing.T) {
	for _, limit := range []int64{1 << 30, 50_000} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(1000, 1000, 1000)
			opts.IgnoreBackpressure, opts.MemoryLimit = true, limit
			dst := &checked{t: t}
			got, err := run(t, sourceOf(100_000), slow{dst, time.Second}, opts)
			if limit == 1<<30 {
				if err != nil || dst.n != 100_000 || got.Pauses != 0 || got.PeakLength != 100_000 {
					t.Errorf("Run() = %v with %d bytes, %d pauses, peak %d; want all at once", err, dst.n, got.Pauses, got.PeakLength)
				}
				return
			}
			full, ok := errors.AsType[*MemoryError](err)
			if !ok || full.Limit != limit || got.PeakLength != limit {
				t.Errorf("Run() = %v with peak %d; want the limit of %d reached", err, got.PeakLength, limit)
			}
		})
	}
}

// TestPauseAfterChunk: the program's own pauses and those of backpressure are
// told apart. The last pause has no resume: with the end known, it comes.
func TestPauseAfterChunk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(100, 100, 10)
		opts.PauseAfterChunk = 10 * time.Millisecond
		var causes []stream.Cause
		opts.Observe = func(_ time.Duration, e *stream.Event) {
			if e.Kind == stream.Pause || e.Kind == stream.Resume {
				causes = append(causes, e.Cause)
			}
		}
		got, err := run(t, sourceOf(30), slow{&checked{t: t}, time.Millisecond}, opts)
		if err != nil || got.Elapsed != 21*time.Millisecond || got.Pauses != 0 || got.UserPauses != 3 {
			t.Errorf("Run() = %v after %v, %d pauses and %d of the user; want 21ms, 0 and 3", err, got.Elapsed, got.Pauses, got.UserPauses)
		}
		if got, want := fmt.Sprint(causes), "[initial user user user user user]"; got != want {
			t.Errorf("causes %v; want %v", got, want)
		}
	})
}

// A program that pauses by itself does not let the source go on while a drain is awaited.
func TestPauseAfterChunkOfSlowDestination(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(20, 10, 10)
		opts.PauseAfterChunk = time.Millisecond
		got, err := run(t, sourceOf(1000), slow{&checked{t: t}, 20 * time.Millisecond}, opts)
		if err != nil || got.Written != 1000 || got.PeakLength > 20+10 {
			t.Errorf("Run() = %v, %d bytes, at most %d buffered; want 1000, at most 30", err, got.Written, got.PeakLength)
		}
		if got.Pauses == 0 || got.UserPauses == 0 {
			t.Errorf("%d pauses, %d by the user; want some of each", got.Pauses, got.UserPauses)
		}
	})
}
