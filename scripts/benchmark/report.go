//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// A report is all that was measured, and on what.
type report struct {
	machine []string
	tables  []*table
}

// add adds a table that may have failed to be made, unless no case was selected.
func (r *report) add(t *table, err error) error {
	if err != nil {
		return err
	}
	if len(t.rows) > 0 {
		r.tables = append(r.tables, t)
	}
	return nil
}

// plain prints the report for a terminal.
func (r *report) plain(w io.Writer) {
	for _, line := range r.machine {
		fmt.Fprintln(w, line)
	}
	for _, t := range r.tables {
		t.plain(w)
	}
}

// write writes the report as a page of its own.
func (r *report) write(file string) error {
	var page bytes.Buffer
	fmt.Fprint(&page, "# Benchmark\n\nMade by `scripts/bench`; absolute times are noisy, the ratios are what counts.\n\n")
	for _, line := range r.machine {
		fmt.Fprintf(&page, "* %s\n", line)
	}
	for _, t := range r.tables {
		t.markdown(&page)
	}
	return os.WriteFile(file, page.Bytes(), 0o644)
}
