//go:build unix

package integration

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSummariesAreAsTheSchema runs copies that end in every way there is, and demos.
func TestSummariesAreAsTheSchema(t *testing.T) {
	t.Parallel()
	s := readSchema(t, "summary.json")
	ended := make(map[string]bool)
	check := func(args []string, report []byte) {
		t.Helper()
		for line := range bytes.Lines(report) {
			if err := s.check(line); err != nil {
				t.Errorf("bpcopy %q: %v in %s", args, err, line)
			}
			var summary struct{ Result string }
			if err := json.Unmarshal(line, &summary); err != nil {
				t.Errorf("bpcopy %q: %v in %s", args, err, line)
			}
			ended[summary.Result] = true
		}
		if len(report) == 0 {
			t.Errorf("bpcopy %q: no summary", args)
		}
	}
	for _, args := range [][]string{
		{"src", "dst"},
		{"--rate=100MiB", "-H1K", "-c1K", "src", "dst"},
		{"--consumer=unlimited", "--pause-after-chunk=1ms", "--expect=pauses = 0", "src", "dst", "dst2"},
		{"--expect=pauses > 1000000", "--expect=bytes = 1000", "src", "dst"},
		{"--consumer=stall for 100ms; unlimited", "src", "dst"}, // with evidence
		{"--keep-going", "src", "no/folder", "dst"},
		{"missing", "dst"},
		{"--burst=1", "src", "dst"},
		{"--accept-timeout=1ms", "tcp-listen://127.0.0.1:0?rcvbuf=64KiB", "dst"},
		{"--consumer=close", "src", "-"},
	} {
		p := bpcopy(t, append([]string{"-q", "--json=json"}, args...)...)
		p.Dir = folder(t, map[string]string{"src": strings.Repeat("x", 100_000)})
		if status := p.end(); status < 0 {
			t.Fatal(status)
		}
		report, err := os.ReadFile(filepath.Join(p.Dir, "json"))
		if err != nil {
			t.Fatalf("bpcopy %q: %v, %s", args, err, p.stderr.String())
		}
		check(args, report)
	}

	p := bpcopy(t, "--json=json", "tcp-listen://127.0.0.1:0", "dst")
	p.Dir = t.TempDir()
	p.start().await("listening on")
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.end()
	report, err := os.ReadFile(filepath.Join(p.Dir, "json"))
	if err != nil {
		t.Fatal(err)
	}
	check(p.Args, report)

	var out bytes.Buffer
	p = bpcopy(t, "demo", "-q", "--virtual", "--json=-", "all")
	p.Stdout = &out
	p.end()
	check(p.Args, out.Bytes())

	for _, word := range []string{"ok", "error", "usage", "expectation", "timeout", "interrupted", "consumer-gone"} {
		if !ended[word] {
			t.Errorf("no run ended with the result %q", word)
		}
	}
}

// TestEventsAreAsTheSchema takes the lines of Node, which simulate prints alike, and those of
// copies.
func TestEventsAreAsTheSchema(t *testing.T) {
	t.Parallel()
	s := readSchema(t, "events.json")
	traces, err := filepath.Glob("../../testdata/node/traces/*.jsonl")
	if err != nil || len(traces) < 100 {
		t.Fatalf("%d traces, %v; want those of Node", len(traces), err)
	}
	dir := folder(t, map[string]string{"src": strings.Repeat("x", 100_000)})
	for name, args := range map[string][]string{
		"copied": {"-c1K", "-H2K", "--consumer=10MiB/s", "src", "dst", "dst2"},
		"failed": {"--consumer=unlimited for 10KiB; fail EIO", "src", "dst3"},
		"broken": {"--producer=1MiB/s for 10KiB; fail EIO", "--pause-after-chunk=1ms", "src", "dst4"},
	} {
		p := bpcopy(t, append([]string{"-q", "--events", name}, args...)...)
		p.Dir = dir
		p.end()
		traces = append(traces, filepath.Join(dir, name))
	}
	kinds := make(map[string][]byte)
	for _, path := range traces {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			var event object
			if err := json.Unmarshal(line, &event); err != nil {
				t.Fatalf("%s: %v in %s", path, err, line)
			}
			if event["summary"] == true {
				continue
			}
			if err := s.check(line); err != nil {
				t.Errorf("%s: %v in %s", path, err, line)
			}
			kind, _ := event["event"].(string)
			who, _ := event["who"].(string)
			if _, ok := event["stage"]; ok {
				who = "stage"
			}
			kinds[strings.TrimSpace(kind+" "+who)] = bytes.Clone(line)
		}
	}
	const all = 25
	if len(kinds) != all {
		t.Errorf("%d kinds of events; want %d", len(kinds), all)
	}
	for _, line := range kinds {
		wantStrict(t, s, line)
	}
}

// wantStrict wants every change of a line to be against the schema: that a field is missing,
// is of another type, or has come.
func wantStrict(t *testing.T, s schema, line []byte) {
	t.Helper()
	changed := func(change func(object)) {
		var value object
		if err := json.Unmarshal(line, &value); err != nil {
			t.Fatal(err)
		}
		change(value)
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if s.check(text) == nil {
			t.Errorf("%s is as the schema says; want an error", text)
		}
	}
	var value object
	if err := json.Unmarshal(line, &value); err != nil {
		t.Fatal(err)
	}
	for name := range value {
		if name != "src" && name != "stage" { // without it, the line is about the first source
			changed(func(o object) { delete(o, name) })
		}
		changed(func(o object) { o[name] = []int{1} })
	}
	changed(func(o object) { o["new"] = 1 })
}

// TestSchemasAreStrict: without this, the other tests of schemas could not fail.
func TestSchemasAreStrict(t *testing.T) {
	t.Parallel()
	p := bpcopy(t, "-q", "--json=json", "src", "dst")
	p.Dir = folder(t, map[string]string{"src": "data"})
	p.end()
	line, err := os.ReadFile(filepath.Join(p.Dir, "json"))
	if err != nil {
		t.Fatal(err)
	}
	s := readSchema(t, "summary.json")
	if err := s.check(line); err != nil {
		t.Fatal(err)
	}
	wantStrict(t, s, line)
	for _, change := range [][2]string{
		{`"bytes":4`, `"bytes":-4`}, {`"bytes":4`, `"bytes":4.5`}, {`"result":"ok"`, `"result":"fine"`},
		{`summary/1"`, `summary/2"`}, {`"user_seconds":0`, `"user_second":0`}, {`"writes":1`, `"writes":null`},
	} {
		if changed := bytes.Replace(line, []byte(change[0]), []byte(change[1]), 1); bytes.Equal(changed, line) || s.check(changed) == nil {
			t.Errorf("with %s: %s is as the schema says; want an error", change[1], changed)
		}
	}
}
