//go:build linux

package main

import (
	"math"
	"testing"
)

func TestSpreadOf(t *testing.T) {
	tests := []struct {
		figures []float64
		want    spread
	}{
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{4, 2}, spread{2.5, 3, 3.5}},
		{[]float64{5, 1, 4, 2, 3}, spread{2, 3, 4}},
	}
	for _, tt := range tests {
		if got := spreadOf(tt.figures); got != tt.want {
			t.Errorf("spreadOf(%v) = %v; want %v", tt.figures, got, tt.want)
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

func TestGeometricMean(t *testing.T) {
	if got := geometricMean([]float64{4, 0.25, 1}); got != 1 {
		t.Errorf("geometricMean(4, 0.25, 1) = %v; want 1", got)
	}
}
