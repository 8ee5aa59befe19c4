package document

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/ledger"
)

// A run may have numbers and sentences of its own, be a part of another one, and have no
// series. All forms tell that, and nothing is made up.
func TestPartsAndFacts(t *testing.T) {
	whole, part, drawn := runOf("whole", 0), runOf("part", 0), runOf("drawn", 1)
	whole.Series, part.Series = ledger.Series{}, ledger.Series{}
	whole.Verdict = []string{"Two connections.", ""}
	whole.Facts = []Fact{{"Connections", "connections.opened", "2"}}
	part.Facts = []Fact{{"Stalled", "stalled_seconds", "3s"}, {"Connections", "connections.opened", "1"}}
	part.Part, drawn.Part = true, true
	runs := []Run{whole, part, drawn}

	rows := numbers(runs).Rows
	last := rows[len(rows)-2:]
	if !slices.Equal(last[0].Cells, []string{"Connections", "2", "1", ""}) || !slices.Equal(last[1].Cells, []string{"Stalled", "", "3s", ""}) || last[1].Field != "stalled_seconds" {
		t.Errorf("the facts are %+v", last)
	}
	if table := text(t, "x.md", whole); !strings.Contains(table, "\nTwo connections.\n\n| Number |") || strings.Contains(table, "Copied") || strings.Contains(table, "| Destination") {
		t.Errorf("the table is\n%s", table)
	}
	if page := text(t, "x.html", runs...); !strings.Contains(page, "<h1>whole</h1>") {
		t.Error("the title of the page is not that of the whole alone")
	}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(text(t, "x.xml", runs...)), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Time != "0.100000" {
		t.Errorf("all took %s s; want the 0.100000 s of the whole", suites.Time)
	}
	if p := suites.Suites[1].Properties; !slices.Contains(p, junitProperty{"stalled_seconds", "3s"}) {
		t.Errorf("the properties are %+v", p)
	}
	var doc struct{ TraceEvents []traceEvent }
	if err := json.Unmarshal([]byte(text(t, "x.trace.json", runs...)), &doc); err != nil {
		t.Fatal(err)
	}
	begins := make(map[int][]string)
	for _, e := range doc.TraceEvents {
		if e.Phase == phaseBegin {
			begins[e.Process] = append(begins[e.Process], e.Name)
		}
	}
	if !slices.Equal(begins[1], []string{"run"}) || !slices.Equal(begins[2], []string{"run"}) || !slices.Contains(begins[3], "limit") || slices.Contains(begins[3], "paused") {
		t.Errorf("the slices are %v; want none within runs without a series, and no pauses of a sum", begins)
	}
}

func TestDraws(t *testing.T) {
	for path, want := range map[string]bool{"a.html": true, "a.trace.json": true, "a.xml": false, "a.md": false} {
		if form, err := FormOf(path); err != nil || form.Draws() != want {
			t.Errorf("%s draws: %t, %v; want %t", path, form.Draws(), err, want)
		}
	}
}
