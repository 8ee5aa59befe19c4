package transfer

import (
	"testing"
	"testing/synctest"
	"time"
)

// Chunks that fill a mark together are waited for together, and the rate is
// exact all the same.
func TestRateWaitsForWhatIsBuffered(t *testing.T) {
	if shortNap == 0 {
		t.Skip("the runtime's timers wait here, and nobody counts")
	}
	for _, tt := range []struct{ mark, chunk, want int64 }{
		{128 * kib, 128 * kib, 80},
		{256 * kib, 128 * kib, 40},
		{256 * kib, 64 * kib, 40},
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(tt.mark, tt.mark, tt.chunk)
			opts.Rate = 100 * mib
			c, err := New(sourceOf(10*mib), []Destination{&checked{t: t}}, opts)
			if err != nil {
				t.Fatal(err)
			}
			var waits int64
			c.outs[0].pace.nap = func(d time.Duration) {
				waits++
				time.Sleep(d)
			}
			err = c.Run(t.Context())
			if got := c.Stats().Elapsed; err != nil || got != 100*time.Millisecond || waits < tt.want || waits > tt.want+1 { // the first chunk may find itself alone
				t.Errorf("10 MiB at 100 MiB/s with a mark of %d and chunks of %d: %v, %v and %d waits; want 100ms, %d",
					tt.mark, tt.chunk, err, got, waits, tt.want)
			}
		})
	}
}
