package scenario_test

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/scenario"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// live is what a live run prints, with every event at its very time, while
// somebody looks at its counts all the time.
func live(t *testing.T, sc *scenario.Scenario) (output []byte, stats ledger.Snapshot) {
	t.Helper()
	start, n := time.Now(), int64(0)
	run := sc.NewRun(func(atMS int64, e *stream.Event) {
		if now := time.Since(start); now != time.Duration(atMS)*time.Millisecond {
			t.Errorf("event %d of %d ms came after %v", n, atMS, now)
		}
		output = trace.AppendEvent(output, trace.Micros(atMS*1000), n, e)
		n++
	})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		ticker := time.NewTicker(3 * time.Millisecond)
		defer ticker.Stop()
		for {
			run.Stats()
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	if err := run.Live(t.Context()); err != nil {
		t.Errorf("Live() = %v, want no error", err)
	}
	stats = run.Stats()
	return run.Summary().AppendLine(output), stats
}

// checkLive compares a live run with the virtual one of the same scenario.
func checkLive(t *testing.T, sc *scenario.Scenario) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		got, stats := live(t, sc)
		if diff := difference(got, output(t, sc)); diff != "" {
			t.Errorf("live and virtual: %s", diff)
		}
		run := sc.NewRun(nil)
		if err := run.Virtual(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := run.Stats()
		stats.LastMoved, want.LastMoved = time.Time{}, time.Time{} // only live ones have a clock
		if !reflect.DeepEqual(stats, want) {
			t.Errorf("Stats() of a live run = %+v; want those of a virtual one, %+v", stats, want)
		}
	})
}

func TestLiveIsVirtual(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", vectors, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { checkLive(t, parseFile(t, file)) })
	}
	for i := range uint64(200) {
		checkLive(t, parse(t, string(randomScenario(2, i))))
		checkLive(t, parse(t, string(randomMore(2, i))))
	}
}

// A run that comes late to one thing does not come later to the next.
func TestLiveDoesNotDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := parse(t, `{"chunks":{"count":4,"size":10,"every_ms":100},"sink":[{"sync":true}]}`)
		start := time.Now()
		var got []time.Duration
		err := sc.NewRun(func(atMS int64, e *stream.Event) {
			if e.Kind == stream.Data {
				got = append(got, time.Since(start))
				if atMS == 0 {
					time.Sleep(250 * time.Millisecond) // a busy computer
				}
			}
		}).Live(t.Context())
		want := []time.Duration{0, 250 * time.Millisecond, 250 * time.Millisecond, 300 * time.Millisecond}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Live() delivers after %v, %v; want %v, no error", got, err, want)
		}
	})
}

func TestLiveCancelled(t *testing.T) {
	tests := map[string]struct {
		doc  string
		want time.Duration
	}{
		"while it waits": {`{"chunks":{"count":2,"size":10,"every_ms":60000}}`, time.Second},
		"tick by tick":   {`{"chunks":{"count":9000000000000,"size":1,"start_ms":1000},"source":{"mode":"sync"}}`, time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				cause := errors.New("enough")
				start := time.Now()
				time.AfterFunc(time.Second, func() { cancel(cause) })
				run := parse(t, tt.doc).NewRun(nil)
				if err := run.Live(ctx); !errors.Is(err, cause) || time.Since(start) != tt.want {
					t.Errorf("Live(%s) = %v after %v; want %v after %v", tt.doc, err, time.Since(start), cause, tt.want)
				}
				if run.Over() {
					t.Error("a cancelled run is said to be over")
				}
			})
		})
	}
}

// waits are those of a run: up to when, in milliseconds, and whose time it was.
func waits(spans ...any) (w ledger.Waits) {
	for i := 0; i < len(spans); i += 2 {
		w.Until(time.Duration(spans[i].(int))*time.Millisecond, spans[i+1].(ledger.Holder))
	}
	return w
}

// TestStats takes snapshots in the middle.
func TestStats(t *testing.T) {
	const doc = `{"chunks":[{"size":10},{"size":10},{"size":5,"at_ms":500}],"readableHighWaterMark":100,
		"highWaterMark":10,"sink":[{"latency_ms":100}]}`
	tests := []struct {
		afterMS int
		want    ledger.Snapshot
	}{
		{50, ledger.Snapshot{Read: 20, WaitingFor: side.Destination, Awaited: ledger.Awaited{Side: side.Destination, Destination: 1}, Pauses: 1, Length: 10, PeakLength: 10,
			Destinations: []ledger.Destination{{Writes: 1, WritesFalse: 1, Length: 10, PeakLength: 10}}}},
		{150, ledger.Snapshot{Read: 20, Written: 10, Elapsed: 100, LastMoved: at(100), WaitingFor: side.Destination,
			Awaited: ledger.Awaited{Side: side.Destination, Destination: 1},
			Pauses:  2, Resumes: 1, Paused: 100, LongestPause: 100, Drains: 1, Length: 10, PeakLength: 10,
			Waits: waits(100, ledger.ByBoth), Destinations: []ledger.Destination{{Bytes: 10, Writes: 2, WritesFalse: 2, Drains: 1, Length: 10, PeakLength: 10, Full: 100}}}},
		{250, ledger.Snapshot{Read: 20, Written: 20, Elapsed: 200, LastMoved: at(200), WaitingFor: side.Source,
			Awaited: ledger.Awaited{Side: side.Source},
			Pauses:  2, Resumes: 2, Paused: 200, LongestPause: 100, Drains: 2, PeakLength: 10,
			Waits: waits(200, ledger.ByBoth), Destinations: []ledger.Destination{{Bytes: 20, Writes: 2, WritesFalse: 2, Drains: 2, PeakLength: 10, Full: 200}}}},
		{650, ledger.Snapshot{Read: 25, Written: 25, Elapsed: 600, LastMoved: at(600),
			Pauses: 2, Resumes: 2, Paused: 200, LongestPause: 100, Drains: 2, PeakLength: 10,
			Waits:        waits(200, ledger.ByBoth, 500, ledger.BySource, 600, ledger.ByDestination),
			Destinations: []ledger.Destination{{Bytes: 25, Writes: 3, WritesFalse: 2, Drains: 2, PeakLength: 10, Full: 200}}}},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			run := parse(t, doc).NewRun(nil)
			go func() { _ = run.Live(t.Context()) }()
			time.Sleep(time.Duration(tt.afterMS) * time.Millisecond)
			got, want := run.Stats(), tt.want
			want.Elapsed *= time.Millisecond
			want.Paused *= time.Millisecond
			want.LongestPause *= time.Millisecond
			want.Destinations[0].Full *= time.Millisecond
			want.Destinations[0].Alone = want.Destinations[0].Full
			want.LastMoved = start.Add(want.LastMoved.Sub(at(0)))
			if !got.LastMoved.Equal(want.LastMoved) {
				t.Errorf("after %d ms a byte moved last at %v; want %v", tt.afterMS, got.LastMoved, want.LastMoved)
			}
			got.LastMoved = want.LastMoved
			if !reflect.DeepEqual(got, want) {
				t.Errorf("Stats() after %d ms = %+v; want %+v", tt.afterMS, got, want)
			}
			time.Sleep(time.Second)
		})
	}
}

// While the program itself holds the source, nobody is to blame.
func TestWaitingForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := parse(t, `{"chunks":[{"size":10},{"size":10,"at_ms":500}],"pause_after_data_ms":100}`).NewRun(nil)
		go func() { _ = run.Live(t.Context()) }()
		time.Sleep(50 * time.Millisecond)
		if got := run.Stats(); got.WaitingFor != side.Neither || got.UserPauses != 1 || got.Pauses != 0 {
			t.Errorf("Stats() = waiting for %v after %d pauses of the user and %d others; want nobody, 1, 0",
				got.WaitingFor, got.UserPauses, got.Pauses)
		}
		time.Sleep(time.Second)
	})
}

// at is a moment so many milliseconds after the start, whenever that is.
func at(ms int64) time.Time { return time.Time{}.Add(time.Duration(ms) * time.Millisecond) }

func TestFailure(t *testing.T) {
	tests := []struct {
		doc  string
		want scenario.Failure
		over bool
	}{
		{`{"chunks":[{"size":1}]}`, scenario.Failure{}, true},
		{`{"chunks":[{"size":1}],"end":false}`, scenario.Failure{}, true},
		{`{"chunks":[{"size":1}],"sink":[{"never":true}]}`, scenario.Failure{}, false},
		{`{"chunks":[{"size":1}],"dests":[{},{"sink":[{"error":"EIO"}]}]}`, scenario.Failure{Code: "EIO", Dst: 1}, true},
		{`{"chunks":[{"size":1}],"via":"pipeline","sink":[{"latency_ms":1,"error":"EIO"}]}`, scenario.Failure{Code: "EIO", Dst: 0}, true},
		{`{"chunks":[{"size":1,"at_ms":9}],"actions":[{"at_ms":1,"do":"destroy_src","error":"EIO"}]}`,
			scenario.Failure{Code: "EIO", Dst: stream.FromSource}, false},
		{`{"chunks":[{"size":1,"at_ms":9}],"via":"pipeline","actions":[{"at_ms":1,"do":"destroy_dest"}]}`,
			scenario.Failure{Code: "ERR_STREAM_PREMATURE_CLOSE", Dst: stream.FromSource}, false},
	}
	for _, tt := range tests {
		run := parse(t, tt.doc).NewRun(nil)
		err := run.Virtual(t.Context())
		if failure, over := run.Failure(), run.Over(); err != nil || failure != tt.want || over != tt.over {
			t.Errorf("%s: failure %+v, over %v, %v; want %+v, over %v", tt.doc, failure, over, err, tt.want, tt.over)
		}
	}
}

func TestSizes(t *testing.T) {
	tests := []struct {
		doc         string
		size, chunk int64
	}{
		{`{"chunks":[]}`, 0, 0},
		{`{"chunks":{"count":0,"size":7}}`, 0, 0},
		{`{"chunks":{"count":1,"size":7}}`, 7, 7},
		{`{"chunks":{"count":3,"size":7}}`, 21, 7},
		{`{"chunks":{"total":25},"readableHighWaterMark":10}`, 25, 10},
		{`{"chunks":{"total":5},"readableHighWaterMark":10}`, 5, 5},
		{`{"chunks":[{"size":3},{"size":9},{"size":4}]}`, 16, 9},
	}
	for _, tt := range tests {
		sc := parse(t, tt.doc)
		if size, chunk := sc.Size(), sc.ChunkSize(); size != tt.size || chunk != tt.chunk {
			t.Errorf("%s: size %d, chunk size %d; want %d, %d", tt.doc, size, chunk, tt.size, tt.chunk)
		}
	}
}
