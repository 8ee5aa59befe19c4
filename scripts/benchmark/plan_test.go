//go:build linux

package main

import (
	"fmt"
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
		off      string // of the worst stage, and which that is
	}{
		{"as planned", slices.Concat(every(10*ms, 10*ms, 100, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 3, 100)),
			[]received{{1000, 1000 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}, "0.00 1"},
		{"bytes of two stages in one", slices.Concat(every(10*ms, 10*ms, 100, 10), every(2020*ms, 20*ms, 49, 10), every(3000*ms, 0, 1, 310)),
			[]received{{1000, 1000 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}, "0.00 1"},
		{"a stage that is too slow", slices.Concat(every(10*ms, 11*ms, 100, 10), every(2119*ms, 20*ms, 50, 10), every(3099*ms, 0, 3, 100)),
			[]received{{1000, 1099 * ms}, {0, 1000 * ms}, {500, 1000 * ms}, {300, 0}}, "0.10 1"},
		{"a stall that is too short", slices.Concat(every(10*ms, 10*ms, 100, 10), every(1820*ms, 20*ms, 50, 10), every(2800*ms, 0, 3, 100)),
			[]received{{1000, 1000 * ms}, {0, 800 * ms}, {500, 1000 * ms}, {300, 0}}, "-0.20 2"},
		{"bytes that are missing before the stall", slices.Concat(every(10*ms, 10*ms, 90, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 3, 100)),
			[]received{{900, 900 * ms}, {0, 1100 * ms}, {500, 1000 * ms}, {300, 0}}, "0.10 2"},
		{"bytes that came before the stall", slices.Concat(every(10*ms, 10*ms, 110, 10), every(2020*ms, 20*ms, 50, 10), every(3000*ms, 0, 2, 100)),
			[]received{{1000, 1000 * ms}, {0, -10 * ms}, {100, 110 * ms}, {300, 1500 * ms}}, "-1.01 2"},
		{"nothing", nil, []received{{}, {}, {}, {}}, "-1.00 1"},
	}
	for _, tt := range tests {
		got := p.match(tt.arrivals)
		which, off := p.worst(got)
		if is := fmt.Sprintf("%.2f %d", off, which); !slices.Equal(got, tt.want) || is != tt.off {
			t.Errorf("%s: match() = %v, worst %s; want %v, %s", tt.name, got, is, tt.want, tt.off)
		}
	}
}
