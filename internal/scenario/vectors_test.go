package scenario_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
)

// vectors holds the scenarios, what Node made of each, and the oracle that
// drove it.
const vectors = "../../testdata/node"

// traceSets are the sets of rules that traces were recorded for, and of each the
// set that it was recorded against: it has a trace of its own where the two
// differ. All are named after the release with which they began.
func traceSets() map[string]string {
	return map[string]string{"20.17": "", "22.5": "20.17", "24.12": "22.5", "24.15": "24.12", "24.16": "24.15",
		"26.0": "24.15", "26.1": "26.0", "26.6": "26.1", "26.9": "26.6"}
}

// nodeTrace is what Node made of a scenario under a set of rules.
func nodeTrace(t *testing.T, set, name string) []byte {
	t.Helper()
	sets := traceSets()
	for ; sets[set] != ""; set = sets[set] {
		if trace, err := os.ReadFile(filepath.Join(vectors, "traces", set, name+".jsonl")); err == nil {
			return trace
		}
	}
	trace, err := os.ReadFile(filepath.Join(vectors, "traces", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// TestNodeTraces compares every recorded scenario with the traces that real Node
// left of it, under every set of rules.
func TestNodeTraces(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", vectors, err)
	}
	for set := range traceSets() {
		rules, err := stream.Release(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			t.Run(set+"/"+name, func(t *testing.T) {
				sc := parseFile(t, file)
				sc.Follow(rules)
				if diff := difference(output(t, sc), nodeTrace(t, set, name)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// Every set of rules has a scenario that tells it from the one before.
func TestTraceSetsDiffer(t *testing.T) {
	for set, before := range traceSets() {
		if before == "" {
			continue
		}
		if files, err := os.ReadDir(filepath.Join(vectors, "traces", set)); err != nil || len(files) == 0 {
			t.Errorf("no trace of %s differs from those of %s: %v", set, before, err)
		}
	}
}

// A scenario names its line; the default is the line of real copies.
func TestScenarioNamesItsLine(t *testing.T) {
	const name = "rare-pipeline-source-error-later"
	doc, err := os.ReadFile(filepath.Join(vectors, "scenarios", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	for field, set := range map[string]string{
		``: "24.15", `"node":"20",`: "20.17", `"node":22,`: "24.12", `"node":"24",`: "24.15", `"node":"26",`: "26.9",
	} {
		sc := parse(t, strings.Replace(string(doc), "{", "{"+field, 1))
		if diff := difference(output(t, sc), nodeTrace(t, set, name)); diff != "" {
			t.Errorf("with %q: %s", field, diff)
		}
	}
}

// A program that ignores backpressure does so with a 'data' listener that
// writes, for which the machine has a pipe that does not wait. Node's own
// events of such a program are the same, but for those that pipe() tells of
// itself.
func TestListenerTrace(t *testing.T) {
	const name = "ignore-backpressure"
	want, err := os.ReadFile(filepath.Join(vectors, "traces", name+".listener.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	got := withoutPipe(output(t, parseFile(t, filepath.Join(vectors, "scenarios", name+".json"))))
	if diff := difference(got, withoutPipe(want)); diff != "" {
		t.Error(diff)
	}
}

// withoutPipe is an output without the events of pipe() itself, without the
// numbers of the lines and without the count of pauses, of which it makes one
// at its end.
func withoutPipe(output []byte) []byte {
	own := regexp.MustCompile(`(?m)^.*"event":"(un)?pipe".*\n|^.*"cause":"unpipe".*\n`)
	number := regexp.MustCompile(`(?m)^({"t":\d+),"n":\d+`)
	pauses := regexp.MustCompile(`"pause_events":\d+,"pause_by_cause":{[^}]*},`)
	return pauses.ReplaceAll(number.ReplaceAll(own.ReplaceAll(output, nil), []byte("$1")), nil)
}

func parseFile(t testing.TB, file string) *scenario.Scenario {
	t.Helper()
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sc, err := scenario.Parse(doc, file)
	if err != nil {
		t.Fatal(err)
	}
	return sc
}
