package document

import (
	"encoding/json"
	"testing"
)

// The slices of each thread are nested, follow each other without gaps, and last as
// long as the run.
func TestTrace(t *testing.T) {
	var doc struct{ TraceEvents []traceEvent }
	runs := []Run{runOf("a", 2), runOf("b", 1), {}}
	runs[0].Summary.ElapsedSeconds = 0.150 // the commit took 50 ms
	if err := json.Unmarshal([]byte(text(t, "x.trace.json", runs...)), &doc); err != nil {
		t.Fatal(err)
	}
	type thread struct{ process, id int }
	open := make(map[thread][]traceEvent)
	at := make(map[thread]float64) // up to when the inner slices go
	slices := make(map[string]int)
	for _, e := range doc.TraceEvents {
		on := thread{e.Process, e.Thread}
		stack := open[on]
		switch e.Phase {
		case "B":
			slices[e.Name]++
			if len(stack) == 1 && e.Time != at[on] {
				t.Errorf("%v: a gap from %v to %v", on, at[on], e.Time)
			}
			open[on] = append(stack, e)
		case "E":
			if len(stack) == 0 || e.Time < stack[len(stack)-1].Time {
				t.Fatalf("%v: an end at %v without a beginning", on, e.Time)
			}
			if len(stack) == 1 && e.Time != at[on] {
				t.Errorf("%v: ends at %v, its last slice at %v", on, e.Time, at[on])
			}
			at[on], open[on] = e.Time, stack[:len(stack)-1]
		}
	}
	for on, stack := range open {
		if len(stack) > 0 {
			t.Errorf("%v: %d slices do not end", on, len(stack))
		}
	}
	for on, want := range map[thread]float64{{1, 0}: 150_000, {1, 3}: 150_000, {2, 2}: 100_000} {
		if at[on] != want {
			t.Errorf("%v ends at %v; want %v µs", on, at[on], want)
		}
	}
	for name, want := range map[string]int{"run": 3, "program": 2, "limit": 2, "commit": 1, "paused": 20, "full": 30} {
		if slices[name] != want {
			t.Errorf("%d slices %q; want %d", slices[name], name, want)
		}
	}
}
