package document

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

const ms = time.Millisecond

// runOf is a run of 100 ms, to so many destinations, that was held by each holder in
// turn for 20 ms.
func runOf(name string, destinations int) Run {
	l := ledger.New(destinations)
	l.KeepSeries()
	track := ledger.NewHolderTrack()
	var waits ledger.Waits
	for i := range 10 {
		at := time.Duration(i) * 10 * ms
		l.Moved(at, stream.FromSource, int64(i+1)*1000)
		for d := range destinations {
			l.Event(at, &stream.Event{Kind: stream.Write, Dst: d, Bytes: 1000, Length: 1000, NeedDrain: true})
		}
		l.Event(at, &stream.Event{Kind: stream.Pause, Dst: stream.FromSource, Cause: stream.CauseBackpressure})
		for d := range destinations {
			l.Moved(at+5*ms, d, int64(i+1)*1000)
			l.Event(at+5*ms, &stream.Event{Kind: stream.Drain, Dst: d})
		}
		l.Event(at+5*ms, &stream.Event{Kind: stream.Resume, Dst: stream.FromSource, Cause: stream.CauseDrain})
		track.Until(at+10*ms, ledger.Holder(i/2))
		waits.Until(at+10*ms, ledger.Holder(i/2))
	}
	s := report.Summary{Name: name, Source: report.Source{Name: name}, HighWaterMark: 1000, ReadAhead: 2000, ChunkSize: 1000, Conduit: "memory", Result: "ok"}
	for range destinations {
		s.Destinations = append(s.Destinations, report.Destination{Name: "to " + name})
	}
	snapshot := l.Snapshot(100*ms, side.Neither)
	snapshot.Waits = waits
	s.Count(snapshot, func(i int) int { return i })
	series := l.Series(100 * ms)
	track.Join(&series)
	return Run{Summary: s, Series: series}
}

func text(t *testing.T, path string, runs ...Run) string {
	t.Helper()
	form, err := FormOf(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := form.Write(&out, runs...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormOf(t *testing.T) {
	for path, ok := range map[string]bool{
		"a.html": true, "b/c.xml": true, ".md": true, "a.trace.json": true,
		"a.json": false, "a.htm": false, "html": false, "": false, "-": false, "a.html/": false,
	} {
		if _, err := FormOf(path); (err == nil) != ok {
			t.Errorf("FormOf(%q) = %v; want ok: %t", path, err, ok)
		}
	}
	const want = "want a file that ends with .html, .xml, .md or .trace.json"
	if _, err := FormOf("x"); err == nil || err.Error() != want {
		t.Errorf("FormOf() = %v; want %s", err, want)
	}
}

// hostile is a name that means something in every form.
const hostile = "</script><img src=x onerror=alert(1)>`|*_[a](b)&amp;\"'\n\x00\x1b]0;x\x07\u2028 ]]> {{.}} ${1} https://example.com"

// A name is text in every form.
func TestHostileNames(t *testing.T) {
	run := runOf(hostile, 1)
	run.Summary.Destinations[0].Name = hostile
	run.Summary.Result, run.Summary.Error = "error", new(hostile)
	run.Summary.Expectations = []report.Expectation{{Condition: hostile, Actual: hostile}}

	page := text(t, "x.html", run, run)
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("the page has %d scripts; want 2", n)
	}
	if strings.Contains(page, "<img") || strings.Contains(page, "</script><") {
		t.Error("the page has an element of the name")
	}
	var state State
	if err := json.Unmarshal([]byte(stateText(t, page)), &state); err != nil {
		t.Errorf("the state is no JSON: %v", err)
	}

	var suites junitSuites
	if err := xml.Unmarshal([]byte(text(t, "x.xml", run)), &suites); err != nil {
		t.Errorf("the JUnit report is no XML: %v", err)
	}
	var trace any
	if err := json.Unmarshal([]byte(text(t, "x.trace.json", run)), &trace); err != nil {
		t.Errorf("the timeline is no JSON: %v", err)
	}
	table := text(t, "x.md", run)
	for _, mark := range []string{"<img", "</script>", "`", "[a]", "https://", "\x1b", "*_"} {
		if strings.Contains(table, mark) {
			t.Errorf("the table has %q as it is", mark)
		}
	}
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "|") && !regexp.MustCompile(`^(\|[^|]*)+\|\n$`).MatchString(line) {
			t.Errorf("no row of a table: %q", line)
		}
	}
}

// stateText returns the state within a page.
func stateText(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `id="state">`)
	text, _, ended := strings.Cut(rest, "</script>")
	if !ok || !ended {
		t.Fatal("the page has no state")
	}
	return text
}

// The page needs nothing from elsewhere.
func TestPageHasNoAddress(t *testing.T) {
	page := text(t, "x.html", runOf("a", 3), runOf("b", 1))
	for _, word := range []string{"://", "url(http", "@import", "<link rel=\"stylesheet\"", "src="} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q", word)
		}
	}
	for _, want := range []string{"default-src &#39;none&#39;", hash(asset("page.js")), hash(asset("page.css"))} {
		if !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), strings.ReplaceAll(want, "'", "&#39;")) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, name := range []string{"page.js", "page.css"} {
		if !strings.Contains(page, asset(name)) {
			t.Errorf("the page does not have %s as it is, so its hash is another", name)
		}
	}
}

// A page has a bounded size, whatever it is about.
func TestPageIsSmall(t *testing.T) {
	var runs []Run
	for i := range MaxRuns + MaxRows {
		run := Run{Row: i >= MaxRuns, Part: i > 0, Summary: report.Summary{Name: strings.Repeat("n<", 5000), Bytes: 1 << 60}}
		full := func() (all []ledger.Bucket) {
			for range ledger.Buckets {
				all = append(all, ledger.Bucket{Bytes: 1 << 50, Length: 1 << 40, Held: time.Hour / 3, WritesFalse: 1 << 40, Drains: 1 << 40})
			}
			return all
		}
		run.Series = ledger.Series{Width: time.Hour, Source: full(), Holders: make([][ledger.Holders]time.Duration, ledger.Buckets)}
		for range 300 {
			run.Stages = append(run.Stages, Stage{Name: strings.Repeat("<", 5000), Buckets: full(), Holding: make([]time.Duration, ledger.Buckets)})
		}
		for i := range 300 {
			if i < 64 {
				run.Series.Destinations = append(run.Series.Destinations, full())
			}
			run.Summary.Destinations = append(run.Summary.Destinations, report.Destination{Name: strings.Repeat("\"<", 5000), Bytes: 1 << 60})
		}
		runs = append(runs, run)
	}
	size := len(text(t, "x.html", runs...))
	t.Logf("%d bytes", size)
	if size > 10<<20 {
		t.Errorf("the page has %d bytes; want at most 10 MiB", size)
	}
}

// Every number of the summary is in the table, and a field that has one is its path.
func TestTables(t *testing.T) {
	run := runOf("a", 2)
	fields := report.Fields(2, 0)
	rows := make(map[string]string)
	for _, row := range numbers([]Run{run}).Rows {
		if fields.Operators(row.Field) == nil {
			t.Errorf("there is no field %q", row.Field)
		}
		rows[row.Field] = row.Cells[1]
	}
	for field, want := range map[string]string{"pauses": "10", "drains": "20", "bytes": "10000 B (9.8 KiB)", "elapsed_seconds": "100ms",
		"waited.limit_seconds": "20ms", "high_water_mark": "1000 B", "paused_seconds": "50ms", "conduit": "memory"} {
		if rows[field] != want {
			t.Errorf("%s is %q; want %q", field, rows[field], want)
		}
	}
	if got := destinations([]Run{run}); len(got.Rows) != 2 || got.Rows[1].Cells[3] != "10" || len(got.Head) != 8 {
		t.Errorf("the destinations are %+v", got)
	}
	if got := destinations([]Run{runOf("a", 1)}); len(got.Head) != 6 || len(got.Rows[0].Cells) != 6 {
		t.Errorf("one destination has the columns %q; want none that is empty", got.Head)
	}
}

func TestVerdict(t *testing.T) {
	run := runOf("a", 2)
	for want, change := range map[string]func(*Run){
		"Copied 9.8 KiB in 100ms, 97.7 KiB/s. Two held it up about alike, the one that did so longest 20 % of the time. " +
			"Backpressure paused the source 10 times, for 50ms in all, 5ms at the longest.": func(*Run) {},
		"Failed: broken. Copied 9.8 KiB in 100ms, 97.7 KiB/s. It waited for the source 93 % of the time: a faster source would make it faster. " +
			"Backpressure paused the source once, for 50ms in all, 5ms at the longest.": func(r *Run) {
			r.Summary.Error, r.Summary.Result = new("broken"), "error"
			r.Summary.Bottleneck, r.Summary.BottleneckShare, r.Summary.Pauses = "source", 0.93, 1
		},
		"Copied so far: 9.8 KiB in 100ms, 97.7 KiB/s of 1 KiB/s asked for. Backpressure never paused the source. " +
			"Of 2 destinations, to a held the source alone for longest, 1.5s. Of 2 expectations, 1 not met: x > 1 (it is 0).": func(r *Run) {
			r.Running, r.Summary.Bottleneck, r.Summary.Pauses, r.Summary.RequestedRate = true, "", 0, new(int64(1024))
			r.Summary.Destinations[1].HeldAloneSeconds = new(1.5)
			r.Summary.Expectations = []report.Expectation{{Condition: "x > 1", Actual: "0"}, {Condition: "y", Holds: true}}
		},
		"Copied 9.8 KiB in 100ms, 97.7 KiB/s. It waited for a command of --through 50 % of the time: a faster command would make it faster. " +
			"Backpressure paused the source 3 times, for 40ms in all, 30ms at the longest.": func(r *Run) {
			r.Summary.Bottleneck, r.Summary.BottleneckShare = "stage", 0.5
			r.Summary.Stages = []report.Stage{{Read: report.Leg{Pauses: 3, PausedSeconds: 0.04, LongestPauseSeconds: 0.03}}, {}}
		},
	} {
		changed := run
		changed.Summary.Destinations = append([]report.Destination{}, run.Summary.Destinations...)
		change(&changed)
		if got := strings.Join(changed.verdict(), " "); got != want {
			t.Errorf("verdict() = %q; want %q", got, want)
		}
	}
}

func TestAnnotation(t *testing.T) {
	got := Annotation("a:b,c%\n", "100% of a::b,\r\nc")
	if want := "::error title=a%3Ab%2Cc%25%0A::100%25 of a::b,%0D%0Ac"; got != want {
		t.Errorf("Annotation() = %q; want %q", got, want)
	}
}

func TestNames(t *testing.T) {
	runs := []Run{{}, {}, {}, {}}
	long := strings.Repeat("é", 200)
	for i, name := range []string{"a", "b", "a", long} {
		runs[i].Summary.Name = name
	}
	want := fmt.Sprint([]string{"a (1)", "b", "a (2)", strings.Repeat("é", 60) + "…" + strings.Repeat("é", 60)})
	if got := fmt.Sprint(names(runs)); got != want {
		t.Errorf("names() = %s; want %s", got, want)
	}
}

func TestEvidence(t *testing.T) {
	run := runOf("a", 2)
	run.Summary.Bottleneck, run.Summary.BottleneckShare = "destination", 0.93
	run.Summary.Evidence = []report.Evidence{
		{Side: "destination", Destination: new(0), Kind: "process", Share: 0.97, PID: 7, Command: "gzip", State: "running", CPUShare: new(0.99)},
		{Side: "source", Kind: "queue", Share: 1, Bytes: new(int64(1024)), Capacity: new(int64(65536))},
	}
	got := evidence([]Run{run}).Rows
	for i, want := range []string{
		"destination to a|process|97 %|gzip (PID 7), running, 99 % of a CPU",
		"source|queue|100 %|1 KiB of 64 KiB",
	} {
		if cells := strings.Join(got[i].Cells, "|"); cells != want {
			t.Errorf("the evidence is %q; want %q", cells, want)
		}
	}
	const want = "It waited for the destination 93 % of the time (to a: gzip, 99 % of a CPU): a faster destination would make it faster."
	if verdict := run.verdict(); verdict[1] != want {
		t.Errorf("the verdict is %q; want %q", verdict[1], want)
	}
}
