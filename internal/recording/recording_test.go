package recording

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

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

func TestReadParts(t *testing.T) {
	const lines = `{"t":0,"event":"pipe","dst":0,"length":0,"conn":1,"dir":"down"}
{"t":0,"event":"pipe","dst":0,"length":0,"conn":1,"dir":"up"}

{"t":1.5,"event":"data","bytes":7,"rlength":3,"conn":1,"dir":"down"}
{"t":1.5,"event":"write","dst":0,"bytes":7,"ret":false,"length":7,"needDrain":true,"conn":1,"dir":"down"}
{"t":2,"event":"write","dst":0,"bytes":9,"ret":false,"length":7,"needDrain":false,"conn":1,"dir":"down"}
{"t":3,"event":"drain","dst":0,"length":0,"conn":1,"dir":"down"}
{"t":4,"event":"error","who":"dst","dst":0,"code":"EIO","conn":1,"dir":"down"}
{"summary":true,"name":"x"}
`
	runs, err := Read(t.Context(), strings.NewReader(lines), "x")
	if err != nil || len(runs) != 2 {
		t.Fatalf("Read() = %d runs, %v; want 2", len(runs), err)
	}
	s := runs[0].Summary
	if s.Name != "x connection 1 down" || runs[1].Summary.Name != "x connection 1 up" {
		t.Errorf("the parts are called %q and %q", s.Name, runs[1].Summary.Name)
	}
	if s.Bytes != 7 || s.Drains != 1 || s.Destinations[0].WritesFalse != 2 || s.Result != "error" || *s.Error != "the stream failed: EIO" || s.ElapsedSeconds != 0.004 {
		t.Errorf("the first part is %+v", s)
	}
	if runs[1].Summary.Result != "" || runs[1].Summary.Bytes != 0 {
		t.Errorf("the second part is %+v; want one that has not ended", runs[1].Summary)
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
		first + `{"t":1,"event":"drain","dst":1}`: `line 2: "dst" is 1: want one of the 1 destinations that were piped to at first`,
		`{"t":1,"event":"drain","dst":-1}`:        `line 1: "dst" is -1: want 0 to 1048575`,
		`{"t":1,"event":"data","bytes":-1}`:       `line 1: a size is -1: want 0 to 9007199254740992 bytes`,
		strings.Repeat(" ", longestLine+1):        "line 1: want an event, have a line that is too long",
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
	f.Add([]byte(`{"t":5,"event":"close","who":"src","rlength":1}` + "\n" + `{"t":1,"event":"data","bytes":9007199254740992}`))
	f.Fuzz(func(t *testing.T, lines []byte) {
		_, _ = Read(t.Context(), bytes.NewReader(lines), "x")
	})
}
