package demo_test

import (
	"slices"
	"testing"

	"bpcopy/internal/demo"
)

func TestLookup(t *testing.T) {
	names := demo.Names()
	want := []string{
		"backpressure-heeded", "backpressure-ignored", "bursty-producer", "chunk-over-mark", "consumer-fails",
		"drain-at-low-mark", "drain-at-zero", "equal-to-mark", "gzip-stage", "last-drain", "mid-stream-stall",
		"pause-every-chunk", "slow-consumer", "two-destinations",
	}
	if !slices.Equal(names, want) {
		t.Errorf("Names() = %q; want %q", names, want)
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
