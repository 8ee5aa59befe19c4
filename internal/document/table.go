package document

import (
	"fmt"
	"strconv"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// Table is numbers with a title. All rows have as many cells as the head.
type Table struct {
	Title string   `json:"title"`
	Head  []string `json:"head"`
	Rows  []Row    `json:"rows"`
}

// Row is one row of a table.
type Row struct {
	Cells []string `json:"cells"`
	// Field is the field of the summary that the row tells, if it tells one.
	Field string `json:"field,omitempty"`
	// Bad says that the row tells of something that went wrong.
	Bad bool `json:"bad,omitempty"`
}

// tables returns all numbers of the runs.
func tables(all []Run) []Table {
	runs, rows := apart(all)
	return append([]Table{numbers(runs)}, withRows(
		stages(runs), destinations(runs), connections(rows), evidence(runs), expected(runs))...)
}

// apart returns the runs that are no rows, and those that are.
func apart(all []Run) (runs, rows []Run) {
	for _, run := range all {
		if run.Row {
			rows = append(rows, run)
		} else {
			runs = append(runs, run)
		}
	}
	return runs, rows
}

// withRows returns those of the tables that have rows.
func withRows(tables ...Table) (all []Table) {
	for _, t := range tables {
		if t.Rows != nil {
			all = append(all, t)
		}
	}
	return all
}

// fact is a number of the summary, with what it is called.
type fact struct {
	label, field string
	of           func(*report.Summary) string // "" if it is not known
}

// facts are the numbers of a summary, in the order of the table.
func facts() []fact {
	bytes := func(of func(*report.Summary) int64) func(*report.Summary) string {
		return func(s *report.Summary) string { return sizeText(of(s)) }
	}
	mark := func(of func(*report.Summary) int64) func(*report.Summary) string {
		return func(s *report.Summary) string {
			if s.HighWaterMark == 0 { // a recording does not tell the settings
				return ""
			}
			return sizeText(of(s))
		}
	}
	count := func(of func(*report.Summary) int64) func(*report.Summary) string {
		return func(s *report.Summary) string { return strconv.FormatInt(of(s), 10) }
	}
	waited := func(of func(report.Waited) float64) func(*report.Summary) string {
		return func(s *report.Summary) string {
			if s.Bottleneck == "" {
				return ""
			}
			return secondsText(of(s.Waited))
		}
	}
	return []fact{
		{"Result", "result", func(s *report.Summary) string { return s.Result }},
		{"Source", "source.name", func(s *report.Summary) string { return short(s.Source.Name) }},
		{"Bytes at every destination", "bytes", bytes(func(s *report.Summary) int64 { return s.Bytes })},
		{"Size expected", "source.size", sizeOf},
		{"Time", "elapsed_seconds", func(s *report.Summary) string { return secondsText(s.ElapsedSeconds) }},
		{"Rate", "rate", func(s *report.Summary) string { return rateText(s.Rate) }},
		{"Rate asked for", "requested_rate", rateOf},
		{"Waited for the source", "waited.source_seconds", waited(func(w report.Waited) float64 { return w.SourceSeconds })},
		{"Waited for the destination", "waited.destination_seconds", waited(func(w report.Waited) float64 { return w.DestinationSeconds })},
		{"Held by a rate or a script", "waited.limit_seconds", waited(func(w report.Waited) float64 { return w.LimitSeconds })},
		{"Paused on request", "waited.user_seconds", waited(func(w report.Waited) float64 { return w.UserSeconds })},
		{"Waited for a stage", "waited.stage_seconds", func(s *report.Summary) string {
			if len(s.Stages) == 0 {
				return ""
			}
			return secondsText(s.Waited.StageSeconds)
		}},
		{"bpcopy was busy", "waited.program_seconds", waited(func(w report.Waited) float64 { return w.ProgramSeconds })},
		{"Process stopped", "stopped_seconds", func(s *report.Summary) string {
			if s.StoppedSeconds == 0 {
				return ""
			}
			return secondsText(s.StoppedSeconds)
		}},
		{"Pauses by backpressure", "pauses", count(func(s *report.Summary) int64 { return s.Pauses })},
		{"Drains", "drains", count(func(s *report.Summary) int64 { return s.Drains })},
		{"Resumes by a drain", "resumes", count(func(s *report.Summary) int64 { return s.Resumes })},
		{"Paused by backpressure", "paused_seconds", func(s *report.Summary) string { return secondsText(s.PausedSeconds) }},
		{"Longest pause", "longest_pause_seconds", func(s *report.Summary) string { return secondsText(s.LongestPauseSeconds) }},
		{"Most buffered", "peak_length", bytes(func(s *report.Summary) int64 { return s.PeakLength })},
		{"High-water mark", "high_water_mark", mark(func(s *report.Summary) int64 { return s.HighWaterMark })},
		{"Low-water mark", "low_water_mark", mark(func(s *report.Summary) int64 { return s.LowWaterMark })},
		{"Read-ahead mark", "read_ahead", mark(func(s *report.Summary) int64 { return s.ReadAhead })},
		{"Chunk size", "chunk_size", mark(func(s *report.Summary) int64 { return s.ChunkSize })},
		{"Conduit", "conduit", func(s *report.Summary) string { return s.Conduit }},
	}
}

func sizeOf(s *report.Summary) string {
	if s.Source.Size == nil {
		return ""
	}
	return sizeText(*s.Source.Size)
}

func rateOf(s *report.Summary) string {
	if s.RequestedRate == nil {
		return ""
	}
	return rateText(*s.RequestedRate)
}

// numbers returns the table of the facts. A fact that no run knows is left out.
func numbers(runs []Run) Table {
	t := Table{Title: "Numbers", Head: append([]string{"Number"}, names(runs)...)}
	for _, fact := range facts() {
		row, known := Row{Cells: []string{fact.label}, Field: fact.field}, false
		for i := range runs {
			text := fact.of(&runs[i].Summary)
			if fact.field == "result" && runs[i].Running {
				text = "running"
			}
			known = known || text != ""
			row.Cells = append(row.Cells, text)
			row.Bad = row.Bad || fact.field == "result" && !runs[i].Running && runs[i].failed()
		}
		if known {
			t.Rows = append(t.Rows, row)
		}
	}
	t.addFacts(runs)
	return t
}

// addFacts adds a row for each fact of the runs that the summary has no field for.
func (t *Table) addFacts(runs []Run) {
	rowOf := make(map[string]int) // by field
	for i := range runs {
		for _, fact := range runs[i].Facts {
			at, ok := rowOf[fact.Field]
			if !ok {
				at = len(t.Rows)
				rowOf[fact.Field] = at
				t.Rows = append(t.Rows, Row{Cells: make([]string, len(t.Head)), Field: fact.Field})
				t.Rows[at].Cells[0] = fact.Label
			}
			t.Rows[at].Cells[1+i] = fact.Text
		}
	}
}

// dropEmpty leaves out the last columns that say nothing.
func (t *Table) dropEmpty() {
	for n := len(t.Head); n > 1; n-- {
		for _, row := range t.Rows {
			if row.Cells[n-1] != "" {
				return
			}
		}
		t.Head = t.Head[:n-1]
		for i := range t.Rows {
			t.Rows[i].Cells = t.Rows[i].Cells[:n-1]
		}
	}
}

// add adds a row to a list. It counts those that there is no room for.
func (t *Table) add(more *int, row Row) {
	if len(t.Rows) < mostRows {
		t.Rows = append(t.Rows, row)
	} else {
		*more++
	}
}

// tellMore says how many rows the table does not list.
func (t *Table) tellMore(n int) {
	if n > 0 {
		cells := make([]string, len(t.Head))
		cells[0] = fmt.Sprintf("and %d more", n)
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
}

// sizeText returns a number of bytes as such and, from 1 KiB, rounded as well.
func sizeText(n int64) string {
	text := strconv.FormatInt(n, 10) + " B"
	if units.Size(n) >= units.KiB {
		text += " (" + units.Size(n).Human() + ")"
	}
	return text
}

// rateText is sizeText for a rate.
func rateText(n int64) string {
	text := strconv.FormatInt(n, 10) + " B/s"
	if units.Size(n) >= units.KiB {
		text += " (" + units.Rate(n).Human() + ")"
	}
	return text
}

// secondsText returns a time as text with three significant digits.
func secondsText(s float64) string { return report.Seconds(s) }

func optional(seconds *float64) string {
	if seconds == nil {
		return ""
	}
	return secondsText(*seconds)
}
