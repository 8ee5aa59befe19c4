//go:build linux

package main

import (
	"math"
	"slices"
	"testing"
	"time"
)

// steps are 100 bytes every 5 ms from 1 s on, then 500 at once.
var steps = arrivals{
	{1000 * time.Millisecond, 100},
	{1005 * time.Millisecond, 100},
	{1010 * time.Millisecond, 100},
	{1015 * time.Millisecond, 100},
	{1020 * time.Millisecond, 500},
}

func TestRate(t *testing.T) {
	if got := steps.rate(); got != 40_000 {
		t.Errorf("rate() = %v; want 800 bytes in 20 ms", got)
	}
}

func TestWindows(t *testing.T) {
	want := []float64{200, 200}
	if got := steps.windows(10 * time.Millisecond); !slices.Equal(got, want) {
		t.Errorf("windows(10ms) = %v; want %v", got, want)
	}
}

func TestHeaviest(t *testing.T) {
	tests := []struct {
		width time.Duration
		want  int
	}{
		{time.Millisecond, 500},
		{6 * time.Millisecond, 600},
		{time.Second, 900},
	}
	for _, tt := range tests {
		if got := steps.heaviest(tt.width); got != tt.want {
			t.Errorf("heaviest(%v) = %v; want %v", tt.width, got, tt.want)
		}
	}
}

func TestVariation(t *testing.T) {
	tests := []struct {
		figures []float64
		want    float64
	}{
		{[]float64{7, 7, 7}, 0},
		{[]float64{0, 2}, 1},
		{[]float64{0, 0, 0, 4}, math.Sqrt(3)},
	}
	for _, tt := range tests {
		if got := variation(tt.figures); got != tt.want {
			t.Errorf("variation(%v) = %v; want %v", tt.figures, got, tt.want)
		}
	}
}
