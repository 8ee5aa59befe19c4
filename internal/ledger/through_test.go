package ledger

import (
	"slices"
	"testing"
	"time"

	"bpcopy/internal/stream"
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

// TestThroughSeries: a chain over time has the source of the first copy, the destinations of
// the last one, and in each bucket what Through says. The buckets are those of the copy with
// the widest ones.
func TestThroughSeries(t *testing.T) {
	chained := func(until time.Duration, held ...Holder) Series {
		l, track := kept(1), NewHolderTrack()
		for i, h := range held {
			at := time.Duration(i+1) * until / time.Duration(len(held))
			track.Until(at, h)
			l.Moved(at, stream.FromSource, int64(i+1)*10)
			l.Moved(at, 0, int64(i+1))
		}
		s := l.Series(until)
		track.Join(&s)
		return s
	}
	// First the stage is slow, then the destination, then the source. The last copy is over
	// after half of the time; the stage still is at work at the end.
	first := chained(4*time.Second, ByDestination, BySource, BySource, ByDestination)
	last := chained(2*time.Second, BySource, ByDestination)
	if first.Width != 8*ms || last.Width != 4*ms {
		t.Fatalf("the buckets are %v and %v wide; want 8ms and 4ms", first.Width, last.Width)
	}
	whole, stages := ThroughSeries([]Series{first, last})
	if whole.Width != 8*ms || whole.Until != 4*time.Second || len(whole.Source) != 501 || len(stages) != 1 || len(stages[0].Buckets) != 501 {
		t.Fatalf("%d buckets of %v until %v, %d stages", len(whole.Source), whole.Width, whole.Until, len(stages))
	}
	var held [Holders]time.Duration
	var read, written int64
	for i := range whole.Holders {
		for h, d := range whole.Holders[i] {
			held[h] += d
		}
		read += whole.Source[i].Bytes
		written += whole.Destinations[0][i].Bytes
	}
	if want := [Holders]time.Duration{ByStage: 2 * time.Second, BySource: time.Second, ByDestination: time.Second}; held != want {
		t.Errorf("held %v; want %v", held, want)
	}
	if read != 40 || written != 2 {
		t.Errorf("read %d, written %d; want those of the first copy, 40, and of the last one, 2", read, written)
	}
	for i, want := range map[int]time.Duration{0: 8 * ms, 124: 8 * ms, 125: 0, 374: 0, 375: 8 * ms, 499: 8 * ms, 500: 0} {
		if got := stages[0].Holding[i]; got != want {
			t.Errorf("the stage held the chain up for %v in bucket %d; want %v", got, i, want)
		}
	}
	if whole, stages := ThroughSeries([]Series{first, {}}); whole.Source != nil || stages != nil {
		t.Errorf("a copy without a series makes %+v, %+v; want nothing", whole, stages)
	}
}
