//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// newBench returns a bench without bpcopy, and what it prints.
func newBench(t *testing.T) (b *bench, printed *bytes.Buffer) {
	printed = new(bytes.Buffer)
	b = &bench{mib: 1, rounds: 2, lines: printed, stderr: printed, only: regexp.MustCompile(""), folder: t.TempDir()}
	if err := fill(b.file("source"), mib); err != nil {
		t.Fatalf("fill() = %v; want nil", err)
	}
	return b, printed
}

// TestTakeTurns has programs that every system has copy along every kind of path
// that they can.
func TestTakeTurns(t *testing.T) {
	tests := []struct {
		copier copier
		want   string // what is printed once, if it is not a result for each round
	}{
		{copier{path{file, pipe}, "cat", "cat $in"}, ""},
		{copier{path{pipe, pipe}, "cat", "cat"}, ""},
		{copier{path{pipe, pipe}, none, "cat $in"}, ""},
		{copier{path{file, file}, "cp", "cp $in $out"}, ""},
		{copier{path{file, pipe}, "head", "head -c 5 $in"}, "compare what arrived"},
		{copier{path{pipe, pipe}, "false", "false"}, "run "},
		{copier{path{file, file}, "nothing", "true"}, "compare what arrived"},
		{copier{path{file, file}, "missing", "no-such-program"}, "executable file not found"},
	}
	for _, tt := range tests {
		b, printed := newBench(t)
		var s section
		b.takeTurns(t.Context(), &s, []copier{tt.copier})
		lines, wanted := slices.Collect(strings.Lines(printed.String())), "Benchmark"+tt.copier.String()+" 1 "
		results := b.rounds
		if tt.want != "" {
			wanted, results = tt.want, 0
		}
		if len(s.results) != results || len(lines) != max(results, 1) || !strings.Contains(lines[0], wanted) {
			t.Errorf("%v: %d results, printed %q; want %d, %q", tt.copier, len(s.results), lines, results, wanted)
		}
		if failed := tt.want != "" && tt.copier.name != "missing"; b.failed != failed {
			t.Errorf("%v: failed is %v; want %v", tt.copier, b.failed, failed)
		}
	}
}

// TestCopyCounted has a copier do less than it did when its bytes were compared.
func TestCopyCounted(t *testing.T) {
	b, _ := newBench(t)
	short := filepath.Join(b.folder, "short")
	if err := os.WriteFile(short, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, over := range []path{{file, pipe}, {file, file}} {
		command := map[end]string{pipe: "cat $in", file: "cp $in $out"}[over.to]
		err := b.copyCounted(t.Context(), b.run(over, command, short))
		if want := "count what arrived: 5 bytes of 1048576"; err == nil || err.Error() != want {
			t.Errorf("copyCounted(%v) = %v; want %s", over, err, want)
		}
	}
}
