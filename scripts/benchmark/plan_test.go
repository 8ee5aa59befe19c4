//go:build linux

package main

import (
	"slices"
	"testing"
	"time"
)

// every returns n arrivals, so far apart, the first of them at start.
func every(start, apart time.Duration, n, bytes int) (a arrivals) {
	for i := range n {
		a = append(a, arrival{start + time.Duration(i)*apart, bytes})
	}
	return a
}

func TestPlanMatch(t *testing.T) {
	const ms = time.Millisecond
	p := plan{{1000, 1000 * ms, 10 * ms}, {0, 1000 * ms, 0}, {500, 1000 * ms, 20 * ms}, {bytes: 300}}
	tests := []struct {
		name     string
		arrivals arrivals
		want     []received
	}{
		{"as planned", slices.Concat(every(10*ms, 10*ms, 100, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 3, 100)),
			[]received{{1000, 1000 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}},
		{"bytes of two stages in one", slices.Concat(every(10*ms, 10*ms, 100, 10), every(2020*ms, 20*ms, 49, 10), every(3000*ms, 0, 1, 310)),
			[]received{{1000, 1000 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}},
		{"a stage that is too slow", slices.Concat(every(10*ms, 11*ms, 100, 10), every(2119*ms, 20*ms, 50, 10), every(3099*ms, 0, 3, 100)),
			[]received{{1000, 1099 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}},
		{"a stall that is too short", slices.Concat(every(10*ms, 10*ms, 100, 10), every(1820*ms, 20*ms, 50, 10), every(2800*ms, 0, 3, 100)),
			[]received{{1000, 1000 * ms}, {0, 800 * ms}, {500, 1000 * ms}, {300, 0}}},
		{"bytes that are missing before the stall", slices.Concat(every(10*ms, 10*ms, 90, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 3, 100)),
			[]received{{900, 900 * ms}, {0, 1100 * ms}, {500, 1000 * ms}, {300, 0}}},
		{"bytes that came before the stall", slices.Concat(every(10*ms, 10*ms, 110, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 2, 100)),
			[]received{{1000, 1000 * ms}, {0, -10 * ms}, {100, 110 * ms}, {300, 1500 * ms}}},
		{"nothing", nil, []received{{}, {}, {}, {}}},
	}
	for _, tt := range tests {
		if got := p.match(tt.arrivals); !slices.Equal(got, tt.want) {
			t.Errorf("%s: match() = %v; want %v", tt.name, got, tt.want)
		}
	}
}

func TestStageOff(t *testing.T) {
	tests := []struct {
		stage    stage
		received received
		want     float64
	}{
		{stage{bytes: 1000, takes: time.Second}, received{1000, time.Second}, 0},
		{stage{bytes: 1000, takes: time.Second}, received{1000, 1250 * time.Millisecond}, 0.25},
		{stage{bytes: 1000, takes: time.Second}, received{500, 1250 * time.Millisecond}, 0.5},
		{stage{takes: 2 * time.Second}, received{0, time.Second}, 0.5},
		{stage{takes: 500 * time.Millisecond}, received{0, time.Second}, 0},
		{stage{bytes: 1000}, received{1000, time.Hour}, 0},
	}
	for _, tt := range tests {
		if got := tt.stage.off(tt.received); got != tt.want {
			t.Errorf("%v.off(%v) = %v; want %v", tt.stage, tt.received, got, tt.want)
		}
	}
}
