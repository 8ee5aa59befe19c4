package document

import (
	"fmt"
	"io"
	"strings"

	"bpcopy/internal/inert"
)

// writeMarkdown writes a table for the summary of a step in CI: the verdict, then
// the numbers.
func writeMarkdown(w io.Writer, runs []Run) error {
	called := names(runs)
	for i := range runs {
		fmt.Fprintf(w, "### %s %s\n\n", mark(&runs[i]), markdownText(called[i]))
		for _, sentence := range runs[i].verdict() {
			fmt.Fprintf(w, "%s\n", markdownText(sentence))
		}
		fmt.Fprintln(w)
	}
	all := tables(runs)
	for i := len(all) - 1; i >= 0; i-- { // what was expected comes first
		writeMarkdownTable(w, all[i])
	}
	return nil // the writer keeps its first error
}

// mark is a sign that shows at a glance how a run ended.
func mark(r *Run) string {
	if r.failed() {
		return "❌"
	}
	return "✅"
}

func writeMarkdownTable(w io.Writer, t Table) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(escaped(t.Head), " | "), strings.Repeat(" --- |", len(t.Head)))
	for _, row := range t.Rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(escaped(row.Cells), " | "))
	}
	fmt.Fprintln(w)
}

func escaped(cells []string) []string {
	all := make([]string, len(cells))
	for i, cell := range cells {
		all[i] = markdownText(cell)
	}
	return all
}

// markdownText returns text that Markdown shows as it is. What could mean anything
// within a line becomes a reference to the character, since a backslash is no escape
// everywhere.
func markdownText(s string) string {
	var b strings.Builder
	for _, r := range inert.Line(strings.Join(strings.Fields(s), " ")) {
		if strings.ContainsRune("\\`*_{}[]<>#!|~&@$^\"", r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	// These two would become links.
	return strings.NewReplacer("://", "&#58;//", "www.", "www&#46;").Replace(b.String())
}
