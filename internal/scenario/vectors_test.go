package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
)

// vectors holds the scenarios, what Node made of each, and the oracle that drove
// it.
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
