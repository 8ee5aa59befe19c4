//go:build linux

package main

import (
	"math"
	"slices"
)

// A spread is the middle of some figures and how far apart they are.
type spread struct{ p25, median, p75 float64 }

// spreadOf returns the quartiles of figures, which must not be empty.
func spreadOf(figures []float64) spread {
	sorted := slices.Sorted(slices.Values(figures))
	return spread{quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)}
}

// quantile interpolates between the two figures that q falls between.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// variation returns the coefficient of variation: the standard deviation as a
// share of the mean.
func variation(figures []float64) float64 {
	var sum, squares float64
	for _, f := range figures {
		sum += f
	}
	mean := sum / float64(len(figures))
	for _, f := range figures {
		squares += (f - mean) * (f - mean)
	}
	return math.Sqrt(squares/float64(len(figures))) / mean
}

// geometricMean is the mean of ratios: twice as fast and half as fast make 1.
func geometricMean(ratios []float64) float64 {
	var sum float64
	for _, r := range ratios {
		sum += math.Log(r)
	}
	return math.Exp(sum / float64(len(ratios)))
}
