package document

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
)

// A run that is a row has neither a verdict nor a column of its own, but a row of a table,
// and is drawn from when it began.
func TestRows(t *testing.T) {
	whole, row := runOf("shop", 0), runOf("connection 1 down", 1)
	row.Part, row.Row, row.From, row.Running = true, true, 2*time.Second, true
	runs := []Run{whole, row}

	all := tables(runs)
	if titles := titlesOf(all); !slices.Equal(titles, []string{"Numbers", "Connections"}) {
		t.Fatalf("the tables are %q", titles)
	}
	if !slices.Equal(all[0].Head, []string{"Number", "shop"}) {
		t.Errorf("the numbers are of %q; want those of the whole", all[0].Head)
	}
	want := []string{"connection 1 down", "2s", "10000 B (9.8 KiB)", "100ms, running", "97.7 KiB/s", "balanced 20 %", "10", "50ms", "10", "1000 B"}
	if got := all[1].Rows[0].Cells; !slices.Equal(got, want) {
		t.Errorf("the row is %q; want %q", got, want)
	}
	page := text(t, "x.html", runs...)
	if n := strings.Count(page, `<section class="verdict`); n != 1 || strings.Contains(page, "<h2>shop") {
		t.Errorf("the page has %d verdicts; want that of the whole, without its name", n)
	}
	if table := text(t, "x.md", runs...); strings.Count(table, "### ") != 1 {
		t.Errorf("the summary of a step is\n%s\nwant the verdict of the whole alone", table)
	}
	state := NewState(runs, false).Runs[1]
	if !state.Row || state.From != 2 || state.High != 1000 {
		t.Errorf("the state is a row: %t, from %v s, with the mark %d; want true, 2, 1000", state.Row, state.From, state.High)
	}
	var doc struct{ TraceEvents []traceEvent }
	if err := json.Unmarshal([]byte(text(t, "x.trace.json", runs...)), &doc); err != nil {
		t.Fatal(err)
	}
	for _, e := range doc.TraceEvents {
		if e.Process == 2 && e.Phase != phaseAbout && (e.Time < 2e6 || e.Time > 2.1e6) {
			t.Errorf("the row has an event at %v µs; want 2 s to 2.1 s", e.Time)
		}
	}
}

// The marks are those of one buffer, and are not drawn over the sum of many.
func TestSumHasNoMarks(t *testing.T) {
	sum := runOf("down", 1)
	sum.Part = true
	if s := NewState([]Run{sum}, false).Runs[0]; s.High != 0 || s.Low != 0 || s.Ahead != 0 {
		t.Errorf("the marks are %d, %d and %d; want none", s.High, s.Low, s.Ahead)
	}
}

// A stage has a row in a table, in the picture and in the timeline.
func TestStages(t *testing.T) {
	run := runOf("tree.tar", 1)
	run.Series.Holders[7][ledger.ByStage] = run.Series.Width
	buckets, holding := slices.Clone(run.Series.Source), make([]time.Duration, len(run.Series.Source))
	buckets[3].WritesFalse, holding[7] = 5, run.Series.Width/2
	run.Stages = []Stage{{"stage 1: gzip -9", buckets, holding}}
	run.Summary.Stages = []report.Stage{{Command: "gzip -9", ExitStatus: new(1), WaitedSeconds: 0.5}}
	run.Summary.Waited.StageSeconds = 0.5

	all := tables([]Run{run})
	if titles := titlesOf(all); !slices.Equal(titles, []string{"Numbers", "Stages", "Destinations"}) {
		t.Fatalf("the tables are %q", titles)
	}
	if got, want := all[1].Rows[0], []string{"1: gzip -9", "1", "500ms", "0 B", "0 B", "0", "0", "0 B"}; !got.Bad || !slices.Equal(got.Cells, want) {
		t.Errorf("the row is %+v; want the bad %q", got, want)
	}
	waited := slices.IndexFunc(all[0].Rows, func(r Row) bool { return r.Field == "waited.stage_seconds" })
	if waited < 0 || all[0].Rows[waited].Cells[1] != "500ms" {
		t.Error("the numbers do not tell for how long the stage was waited for")
	}
	state := NewState([]Run{run}, false).Runs[0]
	if len(state.Stages) != 1 || state.Stages[0].Name != "stage 1: gzip -9" || state.Stages[0].Refused[3] != 5 || state.Stages[0].Holding[7] != 500 {
		t.Errorf("the stages are drawn as %+v", state.Stages)
	}
	if len(state.Holders) != 6 || state.Holders[5][7] != 1000 {
		t.Errorf("the holders are drawn as %v; want the stages last", state.Holders)
	}
	if trace := text(t, "x.trace.json", run); !strings.Contains(trace, `"stage 1: gzip -9"`) {
		t.Error("the timeline has no thread of the stage")
	}
}

func titlesOf(all []Table) (titles []string) {
	for _, t := range all {
		titles = append(titles, t.Title)
	}
	return titles
}
