//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A section is the results of one kind of measurement.
type section struct {
	title   string
	note    string // how they were measured
	results []result
}

// page returns the sections as a page of tables.
func page(about string, sections []section) string {
	var page strings.Builder
	fmt.Fprint(&page, "# Benchmark\n\nPrinted by `scripts/bench`. Absolute times are noisy, the ratios are what counts.\n\n")
	for line := range strings.Lines(about) {
		fmt.Fprintf(&page, "* %s\n", strings.TrimSpace(line))
	}
	for _, s := range sections {
		if len(s.results) > 0 {
			s.write(&page)
		}
	}
	return page.String()
}

// write writes a table with a row for each name and a column for each unit.
func (s section) write(w io.Writer) {
	var names, units []string
	series := make(map[string][]float64) // by name and unit, in the order of rounds
	for _, r := range s.results {
		names = appendNew(names, r.name)
		for _, v := range r.values {
			if v.unit == "ns/op" { // too many digits for people
				v = value{v.figure / 1e6, "ms/op"}
			}
			units = appendNew(units, v.unit)
			series[r.name+v.unit] = append(series[r.name+v.unit], v.figure)
		}
	}
	fmt.Fprintf(w, "\n## %s\n\n%s\n\n| benchmark |", s.title, s.note)
	for _, unit := range units {
		fmt.Fprintf(w, " %s |", unit)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat("---|", len(units)+1))
	for _, name := range names {
		ours := name[:strings.LastIndex(name, "/")+1] + "bpcopy"
		fmt.Fprintf(w, "| %s |", name)
		for _, unit := range units {
			fmt.Fprintf(w, " %s |", cell(series[name+unit], series[ours+unit]))
		}
		fmt.Fprintln(w)
	}
}

func appendNew(all []string, one string) []string {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// cell is the median of figures and, where bpcopy's were measured in the same
// rounds, the median of the ratios of bpcopy's to them.
func cell(figures, ours []float64) string {
	if len(figures) == 0 {
		return ""
	}
	cell := plain(median(figures))
	if len(ours) != len(figures) {
		return cell
	}
	var ratios []float64
	for i, figure := range figures {
		ratios = append(ratios, ours[i]/figure)
	}
	return fmt.Sprintf("%s, **%.2f**", cell, median(ratios))
}

// median returns the middle of figures, which must not be empty.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
