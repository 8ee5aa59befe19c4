package scenario_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
)

// vectors holds the scenarios, what Node made of each, and the oracle that
// drove it.
const vectors = "../../testdata/node"

// TestNodeTraces compares every recorded scenario with the trace that real Node
// left of it.
func TestNodeTraces(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", vectors, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(vectors, "traces", name+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := difference(output(t, parseFile(t, file)), want); diff != "" {
				t.Error(diff)
			}
		})
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
