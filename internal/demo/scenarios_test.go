package demo_test

import (
	"slices"
	"testing"

	"bpcopy/internal/demo"
)

func TestLookup(t *testing.T) {
	names := demo.Scenarios()
	want := []string{
		"backpressure-heeded", "backpressure-ignored", "bursty-producer", "chunk-over-mark", "consumer-fails",
		"drain-at-low-mark", "drain-at-zero", "equal-to-mark", "gzip-stage", "last-drain", "mid-stream-stall",
		"pause-every-chunk", "slow-consumer", "two-destinations",
	}
	if !slices.Equal(names, want) {
		t.Errorf("Scenarios() = %q; want %q", names, want)
	}
	for _, name := range names {
		if doc, ok := demo.Lookup(name); !ok || len(doc) == 0 {
			t.Errorf("Lookup(%q) = %q, %v; want its scenario", name, doc, ok)
		}
	}
	for _, name := range []string{"", "all", "slow", "../demo", "slow-consumer.json"} {
		if _, ok := demo.Lookup(name); ok {
			t.Errorf("Lookup(%q) found a scenario; want none", name)
		}
	}
}

// Every scenario is in the list of demos, by its own name or as one of a pair.
func TestNames(t *testing.T) {
	listed := append(demo.Names(), "backpressure-heeded", "backpressure-ignored")
	listed = slices.DeleteFunc(listed, func(name string) bool { return name == demo.Backpressure })
	slices.Sort(listed)
	if all := demo.Scenarios(); !slices.Equal(listed, all) {
		t.Errorf("listed are %q; want %q", listed, all)
	}
	for _, name := range append(demo.Names(), demo.Scenarios()...) {
		if d, ok, err := demo.Load(name); d == nil || !ok || err != nil {
			t.Errorf("Load(%q) = %v, %t, %v; want a demo", name, d, ok, err)
		}
	}
}
