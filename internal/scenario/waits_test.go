package scenario_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"bpcopy/internal/ledger"
)

// Whatever the marks and the chunks are: where the speeds of both ends differ, most of
// the time is the slower one's, and every moment is somebody's.
func TestSlowerEndIsNamed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		fast := 10 + random.IntN(90)
		slow := fast + fast/5 + 1 + random.IntN(100)
		produces, consumes, want := slow, fast, ledger.BySource
		if random.IntN(2) == 0 {
			produces, consumes, want = fast, slow, ledger.ByDestination
		}
		// Both marks hold few of the chunks, so that the speeds decide and not the marks.
		doc := fmt.Sprintf(`{"chunks":{"count":200,"size":1000},"source":{"mode":"async","latency_ms":%d},
			"readableHighWaterMark":%d,"highWaterMark":%d,"writev":false,"sink":[{"latency_ms":%d}]}`,
			produces, 1+random.IntN(4000), 1+random.IntN(4000), consumes)
		run := parse(t, doc).NewRun(nil)
		if err := run.Virtual(t.Context()); err != nil {
			t.Fatal(err)
		}
		stats := run.Stats()
		var sum time.Duration
		for h := ledger.ByProgram; h <= ledger.ByUser; h++ {
			sum += stats.Waits.Of(h)
		}
		if sum != stats.Elapsed {
			t.Errorf("%s: the times add up to %v of %v", doc, sum, stats.Elapsed)
		}
		if got := stats.Waits.Of(want); got < stats.Elapsed*8/10 {
			t.Errorf("%s: holder %d held the copy up for %v of %v", doc, want, got, stats.Elapsed)
		}
	}
}
