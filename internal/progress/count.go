package progress

import (
	"fmt"
	"strconv"
)

// countCells is the width of every count.
const countCells = 5

// formatCount returns n in five cells: as it is while it has five digits, and
// else in thousands, millions and so on, rounded down: "426k", "1.2M".
func formatCount(n int64) string {
	if n < 100_000 {
		return strconv.FormatInt(n, 10)
	}
	unit := int64(1000)
	for _, prefix := range "kMGTPE" {
		whole, tenth := n/unit, n%unit/(unit/10)
		switch {
		case prefix != 'k' && whole < 100:
			return fmt.Sprintf("%d.%d%c", whole, tenth, prefix)
		case whole < 1000:
			return fmt.Sprintf("%d%c", whole, prefix)
		}
		unit *= 1000
	}
	panic("progress: internal error: a count beyond int64")
}

// counts returns pauses, drains and resumes, in words or in single letters.
func (s Snapshot) counts(words bool) string {
	format := "p %5s d %5s r %5s"
	if words {
		format = "pause %5s drain %5s resume %5s"
	}
	return fmt.Sprintf(format, formatCount(s.Pauses), formatCount(s.Drains), formatCount(s.Resumes))
}

// countsCells returns how many cells the counts take.
func countsCells(words bool) int {
	if words {
		return len("pause  drain  resume ") + 3*countCells
	}
	return len("p  d  r ") + 3*countCells
}
