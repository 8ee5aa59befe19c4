// Package document writes what came of runs as a document that people or other
// programs read: a page with a picture, a table, a JUnit report, a timeline.
//
// # Words
//
//   - run: a copy, a demo or a recording, as a summary and a series.
//   - row: a run of many that are alike, such as a connection of a proxy.
//   - form: how a document is written. The ending of its file says which.
//   - picture: the series of one or more runs, drawn over each other.
//   - page: the HTML form. Its script draws the picture. The page of a run that
//     goes on is live: it gets a new state again and again.
//   - state: what the script draws, as JSON.
//   - table: numbers with a title. The page, the table for a step summary and the
//     state of a live page have the same ones.
//   - verdict: a run in a few sentences.
//
// Names come from outside and may hold anything. In every form they are text.
package document

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
)

// Run is a run as a document tells it.
type Run struct {
	Summary report.Summary
	// Series is how it went over time. Its destinations are the first ones of the
	// summary, in the same order, but for those that bytes never went to.
	Series ledger.Series
	// Index returns the index in the summary of a destination of the series. If it
	// is nil, they are the same.
	Index func(dst int) int
	// Running says that the run goes on: its summary is what it has come to so far.
	Running bool
	// Part says that the run is a part of the first one, which has its time already.
	Part bool
	// Row says that the run is one of many that are alike: it has a row in a table and
	// in the picture, and neither a verdict nor a curve among those of the others.
	Row bool
	// From is when the run began, since the beginning of the first one.
	From time.Duration
	// Stages are what the bytes went through, with the buckets of the series.
	Stages []Stage
	// AsExpected says that the run has failed, and that this was expected of it.
	AsExpected bool
	// Facts are numbers for which the summary has no field.
	Facts []Fact
	// Verdict tells what the run has come to, in sentences. If it is nil, the summary does.
	Verdict []string
}

// Drawn returns how many of the runs are no rows.
func Drawn(runs []Run) int {
	whole, _ := apart(runs)
	return len(whole)
}

// failed reports whether the run has failed, and should not have.
func (r *Run) failed() bool {
	return r.Summary.Result != report.OK.String() && r.Summary.Result != "" && !r.AsExpected
}

// sums reports whether the run is a sum of those that are rows.
func (r *Run) sums() bool { return r.Part && !r.Row }

// Stage is what is between the source and the destinations of a run, over time.
type Stage struct {
	Name    string
	Buckets []ledger.Bucket // of the bytes that went to it: it is a destination to them
	Holding []time.Duration // for each bucket, for how long the stage held the run up; nil if nobody told
}

// Fact is a number of a run as text, with what people call it and its field in the
// summary object of the run.
type Fact struct{ Label, Field, Text string }

const (
	// MaxRuns is how many runs a document can have, without its rows. Nobody can tell
	// more lines apart.
	MaxRuns = 16
	// MaxRows is how many of them can be rows. It bounds the size of a page.
	MaxRows = 24
)

// Form is how a document is written.
type Form struct {
	ending string
	write  func(io.Writer, []Run) error
	draws  bool
}

// forms are all of them.
func forms() []Form {
	return []Form{
		{".html", writePage, true},
		{".xml", writeJUnit, false},
		{".md", writeMarkdown, false},
		{".trace.json", writeTrace, true},
	}
}

// FormOf returns the form that the ending of a path asks for. The error says which
// endings there are.
func FormOf(path string) (Form, error) {
	for _, form := range forms() {
		if strings.HasSuffix(path, form.ending) {
			return form, nil
		}
	}
	return Form{}, fmt.Errorf("want a file that ends with .html, .xml, .md or .trace.json")
}

// Draws reports whether a document of the form shows the series of its runs.
func (f Form) Draws() bool { return f.draws }

// Write writes a document about one or more runs. Rows are left out of one that does not
// draw: there may be others each time. It fails as w does.
func (f Form) Write(w io.Writer, runs ...Run) error {
	if !f.draws {
		runs, _ = apart(runs)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := f.write(out, runs); err != nil {
		return err
	}
	return out.Flush()
}

// names returns what the runs are called: by their names, with a number where
// several have the same one.
func names(runs []Run) []string {
	count := make(map[string]int)
	for _, run := range runs {
		count[run.Summary.Name]++
	}
	all, seen := make([]string, len(runs)), make(map[string]int)
	for i, run := range runs {
		name := run.Summary.Name
		all[i] = short(name)
		if count[name] > 1 {
			seen[name]++
			all[i] += fmt.Sprintf(" (%d)", seen[name])
		}
	}
	return all
}

// longestName is how many characters of a name a document has.
const longestName = 120

// short returns a name, without its middle if it is too long.
func short(name string) string {
	if len(name) <= longestName {
		return name
	}
	runes := []rune(name)
	if len(runes) <= longestName {
		return name
	}
	half := longestName / 2
	return string(runes[:half]) + "…" + string(runes[len(runes)-half:])
}
