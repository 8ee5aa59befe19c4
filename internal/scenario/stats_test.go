package scenario_test

import (
	"path/filepath"
	"testing"

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
	if total.Bytes != want.BytesSunk || total.Writes != want.Writes || total.WritesFalse != want.WritesFalse || got.Drains != want.Drains {
		t.Errorf("%s: %+v, %d drains; want %d bytes, %d writes, %d false, %d drains",
			name, total, got.Drains, want.BytesSunk, want.Writes, want.WritesFalse, want.Drains)
	}
}
