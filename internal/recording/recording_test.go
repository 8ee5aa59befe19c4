package recording

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

const ms = time.Millisecond

// A recording is accounted for as the run was.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("../../testdata/node/scenarios/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		if several(file) {
			continue
		}
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sc, err := scenario.Parse(doc, file)
		if err != nil {
			t.Fatal(err)
		}
		checkRead(t, file, sc)
	}
}

// several reports whether a scenario has more than a source of bytes and destinations. An
// account is of those alone.
func several(file string) bool {
	for _, kind := range []string{"stage", "source", "objects", "unpipe-drain"} {
		if strings.Contains(filepath.Base(file), kind) {
			return true
		}
	}
	return false
}

func checkRead(t *testing.T, file string, sc *scenario.Scenario) {
	t.Helper()
	var lines []byte
	run := sc.NewRun(func(at int64, e *stream.Event) { lines = trace.AppendEvent(lines, trace.Micros(at*1000), 0, e) })
	if err := run.Virtual(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(lines) == 0 {
		return
	}
	runs, err := Read(t.Context(), bytes.NewReader(lines), "x")
	if err != nil || len(runs) != 1 {
		t.Fatalf("%s: Read() = %d runs, %v", file, len(runs), err)
	}
	got, want := runs[0].Summary, run.Stats()
	if got.Pauses != want.Pauses || got.Drains != want.Drains || got.Resumes != want.Resumes || got.UserPauses != want.UserPauses {
		t.Errorf("%s: pauses %d, drains %d, resumes %d, user pauses %d; want %d, %d, %d, %d", file,
			got.Pauses, got.Drains, got.Resumes, got.UserPauses, want.Pauses, want.Drains, want.Resumes, want.UserPauses)
	}
	for i := range got.Destinations {
		g, w := got.Destinations[i], want.Destinations[i]
		if g.Writes != w.Writes || g.WritesFalse != w.WritesFalse || g.Drains != w.Drains || g.PeakLength != w.PeakLength {
			t.Errorf("%s: destination %d has %+v; want %+v", file, i, g, w)
		}
	}
}

// A proxy is told as a whole, by direction, and with a row for each direction of a
// connection, from when that began. An old recording has no summary.
func TestReadProxy(t *testing.T) {
	const lines = `{"t":10,"event":"pipe","dst":0,"length":0,"conn":1,"dir":"down"}
{"t":10,"event":"pipe","dst":0,"length":0,"conn":1,"dir":"up"}

{"t":11.5,"event":"data","bytes":7,"rlength":3,"conn":1,"dir":"down"}
{"t":11.5,"event":"write","dst":0,"bytes":7,"ret":false,"length":7,"needDrain":true,"conn":1,"dir":"down"}
{"t":11.5,"event":"pause","cause":"backpressure","rlength":3,"conn":1,"dir":"down"}
{"t":12,"event":"write","dst":0,"bytes":9,"ret":false,"length":7,"needDrain":false,"conn":1,"dir":"down"}
{"t":13,"event":"drain","dst":0,"length":0,"conn":1,"dir":"down"}
{"t":13,"event":"pipe","dst":0,"length":0,"conn":2,"dir":"down"}
{"t":14,"event":"error","who":"dst","dst":0,"code":"EIO","conn":1,"dir":"down"}
{"t":15,"event":"data","bytes":5,"rlength":0,"conn":2,"dir":"down"}
{"t":15,"event":"write","dst":0,"bytes":5,"ret":true,"length":5,"needDrain":false,"conn":2,"dir":"down"}
{"t":16,"event":"finish","dst":0,"length":0,"conn":2,"dir":"down"}
`
	const last = `{"summary":true,"schema":"bpcopy.proxy/1","name":"shop","listen":"tcp://:1","upstream":"tcp://:2","bytes":12,"elapsed_seconds":0.02,"high_water_mark":7,"result":"ok"}` + "\n"
	for _, recorded := range []bool{false, true} {
		text := lines
		if recorded {
			text += last
		}
		runs, err := Read(t.Context(), strings.NewReader(text), "x")
		if err != nil || len(runs) != 6 {
			t.Fatalf("Read() = %d runs, %v; want 6", len(runs), err)
		}
		for i, want := range []struct {
			name string
			row  bool
			from time.Duration
			high int64
		}{{"x", false, 0, 7}, {"x down", false, 0, 7}, {"x up", false, 0, 7}, {"connection 1 down", true, 10 * ms, 7}, {"connection 1 up", true, 10 * ms, 7}, {"connection 2 down", true, 13 * ms, 7}} {
			if !recorded {
				want.high = 0
			}
			if run := runs[i]; run.Summary.Name != want.name || run.Row != want.row || run.From != want.from || run.Summary.HighWaterMark != want.high {
				t.Errorf("run %d is %q, a row: %t, from %v, with the mark %d; want %+v", i, run.Summary.Name, run.Row, run.From, run.Summary.HighWaterMark, want)
			}
		}
		var down ledger.Bucket
		for i, b := range runs[1].Series.Destinations[0] {
			down.Bytes, down.WritesFalse, down.Drains = down.Bytes+b.Bytes, down.WritesFalse+b.WritesFalse, down.Drains+b.Drains
			down.Length += runs[1].Series.Source[i].Bytes
		}
		if want := (ledger.Bucket{Bytes: 12, WritesFalse: 1, Drains: 1, Length: 15}); down != want {
			t.Errorf("down went as %+v in all; want %+v", down, want)
		}
		if s := runs[3].Summary; s.Bytes != 7 || s.Drains != 1 || s.ElapsedSeconds != 0.004 || s.Pauses != 1 {
			t.Errorf("the first connection is %+v", s)
		}
		if got := runs[0].Summary.Result; got != map[bool]string{true: "ok"}[recorded] {
			t.Errorf("the result is %q", got)
		}
	}
}

// A stage of a scenario is told as a destination, and not taken for one.
func TestReadStage(t *testing.T) {
	const lines = `{"t":0,"event":"pipe","stage":0,"length":0}
{"t":0,"event":"pipe","dst":0,"length":0}
{"t":1,"event":"data","bytes":7,"rlength":0}
{"t":1,"event":"write","stage":0,"bytes":7,"ret":false,"length":7,"needDrain":true}
{"t":1,"event":"pause","cause":"backpressure","rlength":0}
{"t":2,"event":"data","stage":0,"bytes":3,"rlength":0}
{"t":2,"event":"write","dst":0,"bytes":3,"ret":true,"length":3,"needDrain":false}
{"t":2,"event":"drain","stage":0,"length":0}
{"t":2,"event":"resume","cause":"drain","rlength":0}
{"t":3,"event":"finish","dst":0,"length":0}
{"t":3,"event":"data","src":1,"bytes":100,"rlength":0}
`
	runs, err := Read(t.Context(), strings.NewReader(lines), "x")
	if err != nil || len(runs) != 1 || len(runs[0].Stages) != 1 {
		t.Fatalf("Read() = %+v, %v; want a run with a stage", runs, err)
	}
	if s := runs[0].Summary; s.Bytes != 3 || s.Pauses != 1 || s.Resumes != 1 || s.Drains != 0 {
		t.Errorf("the run is %+v", s)
	}
	if series := runs[0].Series; series.Source[0].Bytes != 7 || len(series.Source) != len(runs[0].Stages[0].Buckets) {
		t.Errorf("the source went as %+v", series.Source)
	}
	want := []ledger.Bucket{{}, {Bytes: 7, Length: 7, Held: ms, WritesFalse: 1}, {Length: 7, Drains: 1}, {}}
	if got := runs[0].Stages[0]; got.Name != "stage 1" || !slices.Equal(got.Buckets, want) {
		t.Errorf("the stage went as %+v; want %+v", got, want)
	}
}

// recorded returns the last line of a recording.
func recorded(t *testing.T, s report.Recorded) string {
	t.Helper()
	line, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// With the summary a recording has all that the report of the run has.
func TestReadSummary(t *testing.T) {
	const lines = `{"t":0,"event":"pipe","dst":0,"length":0}
{"t":0,"event":"data","bytes":7,"rlength":0}
{"t":0,"event":"write","dst":0,"bytes":7,"ret":false,"length":7,"needDrain":true}
{"t":4,"event":"drain","dst":0,"length":0}
{"t":5,"event":"callback","code":null}
`
	s := report.Summary{Schema: report.Schema, Name: "src", Source: report.Source{Name: "src"}, Bytes: 7, HighWaterMark: 7, ElapsedSeconds: 0.008,
		Destinations: []report.Destination{{Name: "lost"}, {Name: "dst", Bytes: 7}}, Result: "expectation",
		Expectations: []report.Expectation{{Condition: "bytes > 7", Actual: "7"}}}
	held := report.Held{Width: ms, Until: 6 * ms, Destination: []time.Duration{ms, ms, ms, ms, 400 * ms / 1000, 0}, Limit: []time.Duration{0, 0, 0, 0, 600 * ms / 1000}}
	runs, err := Read(t.Context(), strings.NewReader(lines+recorded(t, report.Recorded{Summary: s, Held: []report.Held{held}, Operands: []int{1}})), "x")
	if err != nil || len(runs) != 1 {
		t.Fatalf("Read() = %d runs, %v; want one", len(runs), err)
	}
	run := runs[0]
	s.Name = "x"
	if !reflect.DeepEqual(run.Summary, s) {
		t.Errorf("the summary is %+v; want %+v", run.Summary, s)
	}
	if run.Index == nil || run.Index(0) != 1 {
		t.Error("the destination is not the second operand")
	}
	if run.Series.Until != 6*ms || len(run.Series.Holders) != len(run.Series.Source) {
		t.Fatalf("the series ends at %v, with %d of %d buckets", run.Series.Until, len(run.Series.Holders), len(run.Series.Source))
	}
	want := [ledger.Holders]time.Duration{ledger.ByDestination: 400 * time.Microsecond, ledger.ByLimit: 600 * time.Microsecond}
	if got := run.Series.Holders[4]; got != want {
		t.Errorf("in the fifth bucket held %v; want %v", got, want)
	}
}

// The legs of a chain are one run with stages, in whatever order they began.
func TestReadChain(t *testing.T) {
	const lines = `{"t":0,"event":"pipe","dst":0,"length":0,"leg":1}
{"t":0,"event":"pipe","dst":0,"length":0,"leg":0}
{"t":0,"event":"data","bytes":7,"rlength":0,"leg":0}
{"t":1,"event":"write","dst":0,"bytes":7,"ret":true,"length":0,"needDrain":false,"leg":0}
{"t":2,"event":"data","bytes":3,"rlength":0,"leg":1}
{"t":2,"event":"write","dst":0,"bytes":3,"ret":true,"length":0,"needDrain":false,"leg":1}
`
	held := []report.Held{
		{Width: ms, Until: 3 * ms, Destination: []time.Duration{ms, ms, ms}},
		{Width: ms, Until: 3 * ms, Source: []time.Duration{ms, ms, 0}, Limit: []time.Duration{0, 0, ms}},
	}
	s := report.Summary{Schema: report.Schema, Destinations: []report.Destination{{Name: "dst"}}, Stages: []report.Stage{{Command: "gzip"}}}
	runs, err := Read(t.Context(), strings.NewReader(lines+recorded(t, report.Recorded{Summary: s, Held: held})), "x")
	if err != nil || len(runs) != 1 || len(runs[0].Stages) != 1 {
		t.Fatalf("Read() = %+v, %v; want one run with a stage", runs, err)
	}
	series, stage := runs[0].Series, runs[0].Stages[0]
	if series.Source[0].Bytes != 7 || series.Destinations[0][0].Bytes+series.Destinations[0][1].Bytes != 3 || stage.Name != "stage 1: gzip" || !slices.Equal(stage.Holding, []time.Duration{ms, ms, 0, 0}) {
		t.Errorf("the chain went as %+v, %+v", series, stage)
	}
	runs, err = Read(t.Context(), strings.NewReader(lines), "x")
	if err != nil || len(runs) != 2 || runs[0].Summary.Name != "x leg 1" || runs[1].Summary.Name != "x leg 0" {
		t.Errorf("without its summary it is %+v, %v; want a run for each leg", runs, err)
	}
}

func TestReadRefuses(t *testing.T) {
	const first = `{"t":0,"event":"data","bytes":1,"rlength":0}` + "\n"
	for lines, want := range map[string]string{
		"":                                "line 1: want an event, have none",
		"x":                               "line 1: want an event as --events writes it: invalid character 'x' looking for beginning of value",
		`{"t":1}`:                         `line 1: want an event as --events writes it, with "t" and "event"`,
		`{"t":-1,"event":"data"}`:         `line 1: "t" is -1: want milliseconds from 0 on`,
		first + `{"t":1,"event":"dance"}`: `line 2: there is no event "dance"`,
		first + `{"t":1,"event":"drain","dst":1}`:                                                `line 2: "dst" is 1: want one of the 1 destinations that were piped to at first`,
		`{"summary":true,"schema":"bpcopy.summary/1","pauses":"x"}`:                              `line 1: want a summary as --events writes it: json: cannot unmarshal string into Go struct field Recorded.Summary.pauses of type int64`,
		`{"summary":true,"schema":"bpcopy.summary/1","held":[{"width_ns":0}]}`:                   `line 1: "held": buckets of 0 ns until 0 ns`,
		`{"summary":true,"schema":"bpcopy.summary/1","held":[{"width_ns":1000,"limit":[1001]}]}`: `line 1: "held": 1001 ns in a bucket of 1000 ns`,
		`{"t":1,"event":"drain","conn":1,"dir":"left"}`:                                          `line 1: "conn" is 1 and "dir" "left": want a connection from 1 on, down or up`,
		`{"t":1,"event":"drain","dst":-1}`:                                                       `line 1: "dst" is -1: want 0 to 1048575`,
		`{"t":1,"event":"data","bytes":-1}`:                                                      `line 1: a size is -1: want 0 to 9007199254740992 bytes`,
		strings.Repeat(" ", longestLine+1):                                                       "line 1: want an event, have a line that is too long",
	} {
		_, err := Read(t.Context(), strings.NewReader(lines), "x")
		if _, ok := errors.AsType[*LineError](err); !ok || err.Error() != want {
			t.Errorf("Read(%.40q) = %v; want %s", lines, err, want)
		}
	}
}

func TestReadIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	if _, err := Read(ctx, strings.NewReader("x"), "x"); err != cause {
		t.Errorf("Read() = %v; want %v", err, cause)
	}
}

// FuzzRead reads anything, and never panics.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"t":0,"event":"pipe","dst":3}` + "\n" + `{"t":1e12,"event":"write","dst":1,"bytes":5,"length":9,"ret":true}`))
	f.Add([]byte(`{"t":0,"event":"data","bytes":5,"conn":1,"dir":"up"}` + "\n" + `{"summary":true,"schema":"bpcopy.summary/1","held":[{"width_ns":1000000,"until_ns":1000000000,"user":[7]}],"operands":[5]}`))
	f.Add([]byte(`{"t":5,"event":"close","who":"src","rlength":1}` + "\n" + `{"t":1,"event":"data","bytes":9007199254740992}`))
	f.Fuzz(func(t *testing.T, lines []byte) {
		_, _ = Read(t.Context(), bytes.NewReader(lines), "x")
	})
}
