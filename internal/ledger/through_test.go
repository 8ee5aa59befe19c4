package ledger

import (
	"slices"
	"testing"
	"time"
)

// spent returns waits in which each holder had so many seconds.
func spent(seconds map[Holder]int) Waits {
	var w Waits
	at := time.Duration(0)
	for h := range holders {
		at += time.Duration(seconds[h]) * time.Second
		w.Until(at, h)
	}
	return w
}

// TestThrough: the time of a chain belongs to who made its last copy wait, as far back as
// that goes.
func TestThrough(t *testing.T) {
	slowStage := spent(map[Holder]int{ByDestination: 9, BySource: 1})
	tests := []struct {
		name   string
		copies []Waits
		upTo   int
		whole  map[Holder]int
		stages []int
	}{
		{"a slow source", []Waits{spent(map[Holder]int{BySource: 10}), spent(map[Holder]int{BySource: 10})}, 10,
			map[Holder]int{BySource: 10}, []int{0}},
		{"a slow stage", []Waits{slowStage, spent(map[Holder]int{BySource: 9, ByProgram: 1})}, 10,
			map[Holder]int{ByStage: 8, BySource: 1, ByProgram: 1}, []int{8}},
		{"a slow destination", []Waits{spent(map[Holder]int{ByDestination: 10}), spent(map[Holder]int{ByDestination: 10})}, 10,
			map[Holder]int{ByDestination: 10}, []int{0}},
		{"limits at both ends", []Waits{spent(map[Holder]int{ByLimit: 10}), spent(map[Holder]int{ByLimit: 4, BySource: 6})}, 10,
			map[Holder]int{ByLimit: 10}, []int{0}},
		{"a source that is paused", []Waits{spent(map[Holder]int{ByUser: 10}), spent(map[Holder]int{BySource: 10})}, 10,
			map[Holder]int{ByUser: 10}, []int{0}},
		{"the second of two stages", []Waits{slowStage, spent(map[Holder]int{ByDestination: 8, BySource: 2}), spent(map[Holder]int{BySource: 10})}, 10,
			map[Holder]int{ByStage: 9, BySource: 1}, []int{1, 8}},
		{"a stage that goes on", []Waits{spent(map[Holder]int{BySource: 1, ByDestination: 1}), spent(map[Holder]int{ByDestination: 2})}, 7,
			map[Holder]int{ByDestination: 2, BySource: 1, ByStage: 4}, []int{4}},
	}
	for _, test := range tests {
		whole, stages := Through(test.copies, time.Duration(test.upTo)*time.Second)
		sum := time.Duration(0)
		for h := range holders {
			if got, want := whole.Of(h), time.Duration(test.whole[h])*time.Second; got != want {
				t.Errorf("%s: holder %d had %v; want %v", test.name, h, got, want)
			}
			sum += whole.Of(h)
		}
		if sum != whole.Total() {
			t.Errorf("%s: all had %v of %v", test.name, sum, whole.Total())
		}
		var got []int
		for _, d := range stages {
			got = append(got, int(d/time.Second))
		}
		if !slices.Equal(got, test.stages) {
			t.Errorf("%s: the stages had %v s; want %v", test.name, got, test.stages)
		}
	}
}
