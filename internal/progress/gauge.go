package progress

import (
	"fmt"
	"strings"

	"bpcopy/internal/units"
)

// longGauge is the width of the gauge without its edges where there is room for
// more than one cell.
const longGauge = 8

// fullness returns how full the buffer is, from 0 to 1. A mark is no cap: it may
// hold more than the mark.
func (s Snapshot) fullness() float64 {
	if s.HighWaterMark <= 0 {
		return 0
	}
	return min(float64(s.Length)/float64(s.HighWaterMark), 1)
}

// gauge returns one cell that tells how full the buffer is.
func (s Snapshot) gauge() string {
	levels := []rune("▁▂▃▄▅▆▇█")
	switch {
	case s.HighWaterMark <= 0:
		return " "
	case !s.UTF8:
		levels = []rune("0123456789")
	}
	n := float64(len(levels))
	return string(levels[int(min(s.fullness()*n, n-1))])
}

// wideGauge is gauge in more cells.
func (s Snapshot) wideGauge() string {
	on, off := "█", "░"
	switch {
	case s.HighWaterMark <= 0:
		return strings.Repeat(" ", longGauge+len("[]"))
	case !s.UTF8:
		on, off = "#", "-"
	}
	n := int(s.fullness()*longGauge + 0.5)
	return "[" + strings.Repeat(on, n) + strings.Repeat(off, longGauge-n) + "]"
}

// buffer returns the buffered bytes and the high-water mark.
func (s Snapshot) buffer() string {
	return units.HumanPair(units.Size(s.Length), units.Size(s.HighWaterMark))
}

// bufferCells returns how many cells the buffered bytes take at most.
func (s Snapshot) bufferCells() int {
	return len("0.98 MiB/") + len(units.Size(s.HighWaterMark).Human())
}

// formatTiny returns a number of bytes in four cells at most, rounded down:
// "512B", "1.2G", "210M".
func formatTiny(n int64) string {
	value, unit := float64(n), "B"
	for _, next := range "KMGTPE" {
		if value < 1000 {
			break
		}
		value, unit = value/1024, string(next)
	}
	if value < 10 && unit != "B" {
		return fmt.Sprintf("%.1f%s", float64(int(value*10))/10, unit)
	}
	return fmt.Sprintf("%d%s", int(value), unit)
}
