package document

import (
	"strconv"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// mostRows is how many destinations or expectations a table lists.
const mostRows = 1000

// destinations returns the table of all destinations.
func destinations(runs []Run) Table {
	t := Table{Title: "Destinations", Head: []string{"Destination", "Bytes", "Writes", "write() false", "Drains", "Most buffered", "Full", "Full alone"}}
	called, more := names(runs), 0
	for i := range runs {
		for _, d := range runs[i].Summary.Destinations {
			name := short(d.Name)
			if len(runs) > 1 {
				name = called[i] + ": " + name
			}
			t.add(&more, Row{Cells: []string{
				name, sizeText(d.Bytes), strconv.FormatInt(d.Writes, 10), strconv.FormatInt(d.WritesFalse, 10), strconv.FormatInt(d.Drains, 10),
				sizeText(d.PeakLength), optional(d.WaitedSeconds), optional(d.HeldAloneSeconds),
			}})
		}
	}
	t.dropEmpty()
	t.tellMore(more)
	return t
}

// stages returns the table of the stages that the bytes went through.
func stages(runs []Run) Table {
	t := Table{Title: "Stages", Head: []string{"Stage", "Exit status", "Held it up", "Bytes in", "Bytes out", "Pauses before it", "Drains", "Most buffered before it"}}
	called, more := names(runs), 0
	for i := range runs {
		for k, stage := range runs[i].Summary.Stages {
			name := strings.TrimSuffix(strconv.Itoa(k+1)+": "+short(stage.Command), ": ") // a demo's has none
			if len(runs) > 1 {
				name = called[i] + ": " + name
			}
			status := ""
			if stage.ExitStatus != nil {
				status = strconv.Itoa(*stage.ExitStatus)
			}
			t.add(&more, Row{Bad: stage.ExitStatus != nil && *stage.ExitStatus != 0, Cells: []string{
				name, status, secondsText(stage.WaitedSeconds), sizeText(stage.Read.Bytes), sizeText(stage.Written.Bytes),
				strconv.FormatInt(stage.Read.Pauses, 10), strconv.FormatInt(stage.Read.Drains, 10), sizeText(stage.Read.PeakLength),
			}})
		}
	}
	t.tellMore(more)
	return t
}

// connections returns the table of the runs that are rows.
func connections(rows []Run) Table {
	t := Table{Title: "Connections", Head: []string{"Connection", "Began after", "Bytes", "Time", "Rate", "Waited for", "Pauses", "Paused", "Drains", "Most buffered"}}
	for i, name := range names(rows) {
		s := &rows[i].Summary
		elapsed := secondsText(s.ElapsedSeconds)
		if rows[i].Running {
			elapsed += ", running"
		}
		t.Rows = append(t.Rows, Row{Cells: []string{
			name, secondsText(rows[i].From.Seconds()), sizeText(s.Bytes), elapsed, units.Rate(s.Rate).Human(), mostlyFor(s),
			strconv.FormatInt(s.Pauses, 10), secondsText(s.PausedSeconds), strconv.FormatInt(s.Drains, 10), sizeText(s.PeakLength),
		}})
	}
	return t
}

// mostlyFor names who was waited for, and for what share of the time.
func mostlyFor(s *report.Summary) string {
	words := map[string]string{"limit": "rate or script", "user": "pause on request", "program": "bpcopy, busy", "none": "too short to say"}
	word, ok := words[s.Bottleneck]
	if !ok {
		word = s.Bottleneck
	}
	if s.Bottleneck == "" || s.Bottleneck == "none" {
		return word
	}
	return word + " " + percent(s.BottleneckShare)
}

// expected returns the table of all expectations.
func expected(runs []Run) Table {
	t := Table{Title: "Expectations", Head: []string{"Expectation", "Met", "It is"}}
	called, more := names(runs), 0
	for i := range runs {
		for _, e := range runs[i].Summary.Expectations {
			condition, met := short(e.Condition), "no"
			if len(runs) > 1 {
				condition = called[i] + ": " + condition
			}
			if e.Holds {
				met = "yes"
			}
			t.add(&more, Row{Cells: []string{condition, met, short(e.Actual)}, Bad: !e.Holds})
		}
	}
	t.tellMore(more)
	return t
}
