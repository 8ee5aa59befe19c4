package scenario_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
)

func parse(t testing.TB, doc string) *scenario.Scenario {
	t.Helper()
	sc, err := scenario.Parse([]byte(doc), "x.json")
	if err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestRunTellsVirtualTime(t *testing.T) {
	sc := parse(t, `{"chunks":{"count":2,"size":10,"start_ms":5,"every_ms":7},"sink":[{"latency_ms":3}]}`)
	var got []string
	_, err := sc.Run(t.Context(), func(atMS int64, e *stream.Event) {
		if e.Kind == stream.Write || e.Kind == stream.Finish {
			got = append(got, fmt.Sprint(atMS, " ", e.Kind))
		}
	})
	if want := "5 write,12 write,15 finish"; err != nil || strings.Join(got, ",") != want {
		t.Errorf("Run() told %q, %v; want %q, no error", got, err, want)
	}
}

func TestSummaryLine(t *testing.T) {
	tests := map[string]struct{ doc, want string }{
		"one destination": {
			`{"name":"a<b","chunks":{"count":3,"size":10},"highWaterMark":10,"sink":[{"latency_ms":2}]}`,
			`{"summary":true,"name":"a<b","pause_events":3,"pause_by_cause":{"backpressure":3},` +
				`"resume_events":3,"resume_by_cause":{"initial":1,"drain":2},"drains":2,"data_events":3,` +
				`"writes":3,"writes_false":3,"sink_calls":3,"writev_calls":0,"bytes_read":30,"bytes_sunk":30,` +
				`"peak_writable_length":10,"peak_readable_length":20,"peak_total_length":30,"push_false":0,` +
				`"reads":4,"ended":true,"finished":[true],"destroyed":{"src":true,"dst":[true]},"virtual_ms":6}`,
		},
		"no destination": {
			`{"chunks":[],"dests":[]}`,
			`{"summary":true,"pause_events":0,"pause_by_cause":{},"resume_events":0,"resume_by_cause":{},` +
				`"drains":0,"data_events":0,"writes":0,"writes_false":0,"sink_calls":0,"writev_calls":0,` +
				`"bytes_read":0,"bytes_sunk":0,"peak_writable_length":0,"peak_readable_length":0,` +
				`"peak_total_length":0,"push_false":0,"reads":0,"ended":false,"finished":[],` +
				`"destroyed":{"src":false,"dst":[]},"stuck":true,"virtual_ms":0}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			summary, err := parse(t, tt.doc).Run(t.Context(), nil)
			if got := string(summary.AppendLine(nil)); err != nil || got != tt.want+"\n" {
				t.Errorf("Run(%s) = %v\n got %s want %s", tt.doc, err, got, tt.want)
			}
		})
	}
}

// A low-water mark lets the destination drain before it is empty. Node knows
// none, so no trace of its can show this.
func TestLowWaterMark(t *testing.T) {
	tests := []struct {
		low        int
		wantDrains int64
		wantMS     int64
	}{
		{0, 2, 9}, {9, 2, 9}, {10, 2, 9}, {20, 3, 9}, {29, 3, 9}, {30, 5, 9},
	}
	for _, tt := range tests {
		doc := fmt.Sprintf(`{"chunks":{"count":9,"size":10},"highWaterMark":40,"lowWaterMark":%d,"sink":[{"latency_ms":1}]}`, tt.low)
		summary, err := parse(t, doc).Run(t.Context(), nil)
		if err != nil || summary.Drains != tt.wantDrains || summary.VirtualMS != tt.wantMS || summary.BytesSunk != 90 {
			t.Errorf("Run(low mark %d) = %d drains, %d ms, %d bytes, %v; want %d drains, %d ms, 90 bytes", tt.low,
				summary.Drains, summary.VirtualMS, summary.BytesSunk, err, tt.wantDrains, tt.wantMS)
		}
	}
}

func TestRunOverflow(t *testing.T) {
	doc := `{"chunks":{"count":3,"size":10},"highWaterMark":1,"sink":[{"latency_ms":9007199254740000}]}`
	_, err := parse(t, doc).Run(t.Context(), nil)
	const want = `scenario "x.json": time overflows: at 9007199254740000 ms, 9007199254740000 ms are waited for`
	if _, ok := errors.AsType[*scenario.Error](err); !ok || err.Error() != want {
		t.Errorf("Run() = %v; want %s", err, want)
	}
}

// However a scenario goes on and on, it can be stopped.
func TestRunCancelled(t *testing.T) {
	tests := map[string]string{
		"before":          `{"chunks":[]}`,
		"event by event":  `{"chunks":{"count":9000000000000,"size":1},"sink":[{"latency_ms":1}]}`,
		"tick by tick":    `{"chunks":{"count":9000000000000,"size":1},"source":{"mode":"sync"}}`,
		"nobody receives": `{"chunks":{"count":9000000000000,"size":1},"source":{"mode":"push"},"actions":[{"at_ms":0,"do":"destroy_src"}]}`,
	}
	for name, doc := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("enough")
			cancelOnce := func(int64, *stream.Event) { cancel(cause) }
			if name == "before" {
				cancel(cause)
			}
			if _, err := parse(t, doc).Run(ctx, cancelOnce); !errors.Is(err, cause) {
				t.Errorf("Run(%s) = %v; want %v", doc, err, cause)
			}
		})
	}
}

// The same input gives the same output.
func TestRunIsDeterministic(t *testing.T) {
	for i := range uint64(200) {
		doc := string(randomScenario(1, i))
		sc := parse(t, doc)
		if diff := difference(output(t, sc), output(t, sc)); diff != "" {
			t.Errorf("two runs of %s: %s", doc, diff)
		}
	}
}

// A scenario takes no more memory for having more chunks.
func TestMemoryIsFlat(t *testing.T) {
	tests := map[string]string{
		"asked":   `{"chunks":{"count":%d,"size":65536},"sink":[{"latency_ms":1}]}`,
		"unasked": `{"chunks":{"count":%d,"size":65536,"every_ms":1},"source":{"mode":"push"},"sink":[{"latency_ms":1}]}`,
		"total":   `{"chunks":{"total":%d},"readableHighWaterMark":1,"highWaterMark":50,"sink":[{"tick":true}]}`,
	}
	for name, doc := range tests {
		t.Run(name, func(t *testing.T) {
			few, many := allocated(t, fmt.Sprintf(doc, 1000)), allocated(t, fmt.Sprintf(doc, 101_000))
			// Another goroutine, such as the collector's, may allocate a little
			// meanwhile.
			if many > few+100_000 {
				t.Errorf("%d bytes are allocated for 1,000 chunks, %d for 101,000; want less than a byte a chunk more", few, many)
			}
		})
	}
}

// allocated is how many bytes a run of a scenario allocates.
func allocated(t *testing.T, doc string) uint64 {
	sc := parse(t, doc)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := sc.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func BenchmarkRun(b *testing.B) {
	for _, count := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			sc := parse(b, fmt.Sprintf(`{"chunks":{"count":%d,"size":65536},"sink":[{"latency_ms":1}]}`, count))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sc.Run(b.Context(), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/chunk")
		})
	}
}
