package nearest_test

import (
	"testing"

	"bpcopy/internal/nearest"
)

func TestWord(t *testing.T) {
	flags := []string{"high-water-mark", "low-water-mark", "rate", "size", "stop-at", "idle-timeout", "accept-timeout", "in-place", "json"}
	for _, tt := range []struct{ typed, want string }{
		{"rat", "rate"},                        // one letter is missing
		{"ratee", "rate"},                      // one too many
		{"raet", "rate"},                       // two are swapped
		{"rote", "rate"},                       // one is wrong
		{"RATE", "rate"},                       // capitals
		{"high_water_mark", "high-water-mark"}, // joined otherwise
		{"highwatermark", "high-water-mark"},   // not joined
		{"hihg-watermakr", "high-water-mark"},  // several mistakes in a long word
		{"idel-timeout", "idle-timeout"},       //
		{"idle", "idle-timeout"},               // the beginning of only one
		{"sise", "size"},                       //
		{"jsön", "json"},                       // characters count, not bytes
		{"frobnicate", ""},                     // near to nothing
		{"timeout", ""},                        // the end of two
		{"rates-of", ""},                       // 4 of 8
		{"ra", ""}, {"r", ""}, {"", ""},        // too short to tell
		{"low-water-mork", "low-water-mark"}, // the nearest, not the first that is near
		{"accept-timeot", "accept-timeout"},  //
		{"in--place", "in-place"}, {"-json", "json"},
	} {
		got, ok := nearest.Word(tt.typed, flags)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Word(%q) = %q, %v; want %q", tt.typed, got, ok, tt.want)
		}
	}
	if got, ok := nearest.Word("sta", []string{"stall", "start"}); ok {
		t.Errorf("the beginning of two words: Word() = %q; want none", got)
	}
	if got, _ := nearest.Word("stat", []string{"star", "stay"}); got != "star" {
		t.Errorf("two as near: Word() = %q; want the first", got)
	}
	if got, ok := nearest.Word("word", nil); ok {
		t.Errorf("none is known: Word() = %q; want none", got)
	}
}

func TestHint(t *testing.T) {
	known := []string{"rate"}
	if got, want := nearest.Hint("rat", "--", known), "did you mean --rate?"; got != want {
		t.Errorf("Hint() = %q; want %q", got, want)
	}
	if got := nearest.Hint("burst", "--", known); got != "" {
		t.Errorf("Hint() for a word that is near to none = %q; want none", got)
	}
}
