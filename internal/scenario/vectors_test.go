package scenario_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/scenario/scenariotest"
)

const vectors = "../../testdata/node"

// TestNodeTraces compares every scenario under testdata/node with the trace that
// real Node left of it.
func TestNodeTraces(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors, "scenarios", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", vectors, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			doc, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(vectors, "traces", name+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			sc, err := scenario.Parse(doc, file)
			if err != nil {
				t.Fatal(err)
			}
			got := scenariotest.Output(t.Context(), sc)
			if !bytes.Equal(got, want) {
				t.Error(scenariotest.FirstDifference(got, want))
			}
		})
	}
}
