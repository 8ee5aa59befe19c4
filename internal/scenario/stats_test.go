package scenario_test

import (
	"path/filepath"
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/scenario"
)

// TestStatsAreTheMachines holds what the ledger was told of each run against
// what the machine has counted itself.
func TestStatsAreTheMachines(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", vectors, err)
	}
	for _, file := range files {
		checkStats(t, file, parseFile(t, file))
	}
	for i := range uint64(500) {
		for _, doc := range [][]byte{randomScenario(3, i), randomMore(3, i)} {
			checkStats(t, string(doc), parse(t, string(doc)))
		}
	}
}

func checkStats(t *testing.T, name string, sc *scenario.Scenario) {
	t.Helper()
	run := sc.NewRun(nil)
	if err := run.Virtual(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, want := run.Stats(), run.Summary()
	var total ledger.Destination
	for i, d := range got.Destinations {
		total.Bytes += d.Bytes
		total.Writes += d.Writes
		total.WritesFalse += d.WritesFalse
		if d.PeakLength != want.PeakWritableLength[i] {
			t.Errorf("%s: destination %d: peak %d; want %d", name, i, d.PeakLength, want.PeakWritableLength[i])
		}
	}
	series, stages := run.Series()
	checkSeries(t, name, series, got)
	if len(stages) != len(want.Stages) {
		t.Errorf("%s: %d stages are drawn; want %d", name, len(stages), len(want.Stages))
	}
	for i, buckets := range stages {
		checkStage(t, name, i, buckets, len(series.Source), want.Stages[i])
	}
	checkLegs(t, name, run, got)
	if total.Bytes != want.BytesSunk || total.Writes != want.Writes || total.WritesFalse != want.WritesFalse || got.Drains != want.Drains {
		t.Errorf("%s: %+v, %d drains; want %d bytes, %d writes, %d false, %d drains",
			name, total, got.Drains, want.BytesSunk, want.Writes, want.WritesFalse, want.Drains)
	}
}

// checkStage holds the buckets of a stage against its counts.
func checkStage(t *testing.T, name string, i int, buckets []ledger.Bucket, n int, want scenario.StageRow) {
	t.Helper()
	var refused, drains, peak int64
	for _, b := range buckets {
		refused += b.WritesFalse
		drains += b.Drains
		peak = max(peak, b.Length)
	}
	if len(buckets) != n || refused != want.WritesFalse || drains != want.Drains || peak > want.PeakWritableLength {
		t.Errorf("%s: stage %d has %d buckets, %d refused, %d drains, peak %d; want %d, %d, %d, at most %d",
			name, i, len(buckets), refused, drains, peak, n, want.WritesFalse, want.Drains, want.PeakWritableLength)
	}
}

// checkLegs holds what the legs were told of the stages against what the machine has
// counted itself, and the time of each stage against that of all.
func checkLegs(t *testing.T, name string, run *scenario.Run, want ledger.Snapshot) {
	t.Helper()
	legs, held := run.Legs()
	rows := run.Summary().Stages
	if len(held) != len(rows) || len(rows) > 0 && len(legs) != len(rows)+1 {
		t.Fatalf("%s: %d legs, %d stages; want %d stages", name, len(legs), len(held), len(rows))
	}
	for i, row := range rows {
		in, out := legs[i].Destinations[0], legs[i+1]
		if in.Writes != row.Writes || in.WritesFalse != row.WritesFalse || in.Drains != row.Drains ||
			in.Bytes != row.BytesIn || in.PeakLength != row.PeakWritableLength || out.Pauses > row.PauseEvents {
			t.Errorf("%s: stage %d: %+v, %d pauses; want %+v", name, i, in, out.Pauses, row)
		}
	}
	stages := want.Waits.Of(ledger.ByStage)
	for _, d := range held {
		if stages -= d; d < 0 {
			t.Errorf("%s: a stage held it up for %v", name, d)
		}
	}
	if stages != 0 {
		t.Errorf("%s: the stages held it up for %v in all; want %v", name, held, want.Waits.Of(ledger.ByStage))
	}
}

// checkSeries holds the sums of a series against the totals.
func checkSeries(t *testing.T, name string, s ledger.Series, want ledger.Snapshot) {
	t.Helper()
	for h := range ledger.Holder(ledger.Holders) {
		var sum time.Duration
		for _, bucket := range s.Holders {
			sum += bucket[h]
		}
		if sum != want.Waits.Of(h) {
			t.Errorf("%s: the series has %v of holder %d; want %v", name, sum, h, want.Waits.Of(h))
		}
	}
	for i, d := range want.Destinations {
		var bytes int64
		for _, bucket := range s.Destinations[i] {
			bytes += bucket.Bytes
		}
		if bytes != d.Bytes {
			t.Errorf("%s: the series of destination %d has %d bytes; want %d", name, i, bytes, d.Bytes)
		}
	}
}
