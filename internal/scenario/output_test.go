package scenario_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// output is everything that a scenario prints: its events and its summary.
func output(t testing.TB, sc *scenario.Scenario) []byte {
	t.Helper()
	var out []byte
	var n int64
	summary, err := sc.Run(t.Context(), func(atMS int64, e *stream.Event) {
		out = trace.AppendEvent(out, trace.Micros(atMS*1000), n, e)
		n++
	})
	if err != nil {
		t.Fatalf("Run() = %v, want no error", err)
	}
	return summary.AppendLine(out)
}

// difference shows the first line in which an output differs from Node's, after
// some of those before it. It is empty if there is none.
func difference(got, node []byte) string {
	const before = 8 // lines to show
	g, w := lines(got), lines(node)
	i := 0
	for i < len(g) && i < len(w) && bytes.Equal(g[i], w[i]) {
		i++
	}
	if i == len(g) && i == len(w) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "line %d differs\n", i+1)
	for _, line := range g[max(0, i-before):i] {
		fmt.Fprintf(&b, "  both %s\n", line)
	}
	fmt.Fprintf(&b, "  got  %s\n  node %s\n", lineAt(g, i), lineAt(w, i))
	return b.String()
}

func lines(b []byte) [][]byte {
	return bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
}

func lineAt(lines [][]byte, i int) string {
	if i < len(lines) {
		return string(lines[i])
	}
	return "(nothing more)"
}
