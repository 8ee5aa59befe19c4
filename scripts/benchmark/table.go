//go:build linux

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A table is what a section of the benchmark prints.
type table struct {
	title string
	notes []string // paragraphs above it
	head  []string
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// plain prints the table with its columns aligned.
func (t *table) plain(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n\n", t.title)
	widths := make([]int, len(t.head))
	lines := append([][]string{t.head}, t.rows...)
	for _, cells := range lines {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell) // counts runes
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// markdown prints the table as a section of a page.
func (t *table) markdown(w io.Writer) {
	fmt.Fprintf(w, "\n## %s\n\n", t.title)
	for _, note := range t.notes {
		fmt.Fprintf(w, "%s\n\n", note)
	}
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(t.head, " | "), strings.Repeat("---|", len(t.head)))
	for _, cells := range t.rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
}
