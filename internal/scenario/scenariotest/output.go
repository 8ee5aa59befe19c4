// Package scenariotest helps to compare scenarios with what real Node makes of
// them: it makes random ones, and prints and compares outputs.
package scenariotest

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// Output is everything that a scenario prints: its events and its summary, or
// the error that ended it.
func Output(ctx context.Context, sc *scenario.Scenario) []byte {
	var out []byte
	var n int64
	summary, err := sc.Run(ctx, func(t trace.Micros, e *stream.Event) {
		out = trace.AppendEvent(out, t, n, e)
		n++
	})
	if err != nil {
		return append(out, err.Error()+"\n"...)
	}
	return summary.AppendLine(out)
}

// FirstDifference shows the first line in which the output of this project
// differs from Node's, after those before it. It is empty if there is none.
func FirstDifference(got, node []byte) string {
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
