//go:build linux

package main

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
)

// A value is one figure of a result, in its unit.
type value struct {
	figure float64
	unit   string
}

// A result is what one measurement came to.
type result struct {
	name   string // without "Benchmark"
	values []value
}

// String returns the result in the format of Go's benchmarks.
func (r result) String() string {
	var line strings.Builder
	fmt.Fprintf(&line, "Benchmark%s 1", r.name)
	for _, v := range r.values {
		fmt.Fprintf(&line, " %s %s", plain(v.figure), v.unit)
	}
	return line.String()
}

// plain prints a figure without an exponent, to three digits after the point.
func plain(figure float64) string {
	return strconv.FormatFloat(math.Round(1000*figure)/1000, 'f', -1, 64)
}

// writeHead writes what stands above the lines. Benchstat compares only results
// that have all "key: value" lines in common, so most facts are comments.
func (b *bench) writeHead() {
	fmt.Fprintf(b.lines, "goos: %s\ngoarch: %s\npkg: bpcopy\n", runtime.GOOS, runtime.GOARCH)
	for line := range strings.Lines(b.about) {
		fmt.Fprintf(b.lines, "# %s\n", strings.TrimSpace(line))
	}
}

// report adds a result to a section, and prints its line.
func (b *bench) report(s *section, name string, values ...value) {
	r := result{name, values}
	s.results = append(s.results, r)
	fmt.Fprintln(b.lines, r)
}
