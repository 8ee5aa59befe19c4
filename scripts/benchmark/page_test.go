//go:build linux

package main

import "testing"

func TestMedian(t *testing.T) {
	tests := []struct {
		figures []float64
		want    float64
	}{
		{[]float64{3}, 3},
		{[]float64{4, 2}, 3},
		{[]float64{5, 1, 4, 2, 3}, 3},
	}
	for _, tt := range tests {
		if got := median(tt.figures); got != tt.want {
			t.Errorf("median(%v) = %v; want %v", tt.figures, got, tt.want)
		}
	}
}

func TestPage(t *testing.T) {
	copies := section{title: "Copies", note: "A note.", results: []result{
		{"FileToPipe/bpcopy", []value{{1e6, "ns/op"}, {8, "peak-MiB"}}},
		{"FileToPipe/cat", []value{{4e6, "ns/op"}, {2, "peak-MiB"}}},
		{"FileToPipe/bpcopy", []value{{3e6, "ns/op"}, {8, "peak-MiB"}}},
		{"FileToPipe/cat", []value{{4e6, "ns/op"}, {2, "peak-MiB"}}},
	}}
	rates := section{title: "Rates", results: []result{
		{"Rate/64KiB/Pipe/kernel", []value{{0.5, "off-%"}}},
		{"Rate/1MiB/Pipe/kernel", []value{{0.25, "off-%"}, {0.1, "variation"}}},
	}}
	want := `# Benchmark

Printed by ` + "`scripts/bench`" + `. Absolute times are noisy, the ratios are what counts.

* date: today

## Copies

A note.

| benchmark | ms/op | peak-MiB |
|---|---|---|
| FileToPipe/bpcopy | 2, **1.00** | 8, **1.00** |
| FileToPipe/cat | 4, **0.50** | 2, **4.00** |

## Rates



| benchmark | off-% | variation |
|---|---|---|
| Rate/64KiB/Pipe/kernel | 0.5 |  |
| Rate/1MiB/Pipe/kernel | 0.25 | 0.1 |
`
	if got := page("date: today\n", []section{copies, {title: "Scripts"}, rates}); got != want {
		t.Errorf("page() =\n%s; want\n%s", got, want)
	}
}
