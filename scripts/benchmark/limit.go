//go:build linux

package main

import (
	"fmt"
	"strings"
)

// A limit is what a figure of a contest may be at most; 0 is no matter.
type limit struct {
	wall, cpu float64 // of the peer's, per byte
	peak      int64   // resident bytes
	seconds   float64 // of the median copy
}

// mostMemory is what every copy may take, whatever its path and size.
const mostMemory = 16 * mib

// widened allows ratios and memory so many times as much, and any time: for
// machines of which nothing is known.
func (l limit) widened(times float64) limit {
	return limit{wall: times * l.wall, cpu: times * l.cpu, peak: int64(times * float64(l.peak))}
}

func (l limit) String() string {
	var parts []string
	add := func(format string, figure float64) {
		if figure > 0 {
			parts = append(parts, fmt.Sprintf(format, figure))
		}
	}
	add("wall %.2f", l.wall)
	add("CPU %.2f", l.cpu)
	add("%.0f ms", l.seconds*1000)
	add("%.0f MiB", float64(l.peak)/mib)
	return strings.Join(parts, ", ")
}

// missedBy names what is above the limit.
func (l limit) missedBy(o outcome) []string {
	var missed []string
	check := func(name string, figure, most float64) {
		if most > 0 && figure > most {
			missed = append(missed, name)
		}
	}
	check("wall", o.wall.median, l.wall)
	check("CPU", o.cpu.median, l.cpu)
	check("time", o.seconds, l.seconds)
	check("memory", float64(o.peak), float64(l.peak))
	return missed
}
