//go:build linux

package main

import (
	"math"
	"time"
)

// An arrival is one read at the receiving end.
type arrival struct {
	at    time.Duration // since some common start
	bytes int
}

// arrivals are in the order of time.
type arrivals []arrival

// bytes returns how many came in all.
func (a arrivals) bytes() (all int64) {
	for _, one := range a {
		all += int64(one.bytes)
	}
	return all
}

// rate returns the bytes per second from the first arrival to the last. What
// the first one brought was on its way before.
func (a arrivals) rate() float64 {
	return float64(a[1:].bytes()) / (a[len(a)-1].at - a[0].at).Seconds()
}

// windows returns the bytes of each whole window of the given width, from the
// first arrival on.
func (a arrivals) windows(width time.Duration) []float64 {
	start := a[0].at
	windows := make([]float64, (a[len(a)-1].at-start)/width)
	for _, one := range a {
		if i := int((one.at - start) / width); i < len(windows) {
			windows[i] += float64(one.bytes)
		}
	}
	return windows
}

// heaviest returns the most bytes that came within any window of the given
// width, wherever it begins.
func (a arrivals) heaviest(width time.Duration) int {
	var most, within, oldest int
	for _, one := range a {
		within += one.bytes
		for one.at-a[oldest].at >= width {
			within -= a[oldest].bytes
			oldest++
		}
		most = max(most, within)
	}
	return most
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
