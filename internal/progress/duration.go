package progress

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// formatSeconds returns d in its two largest units, cut to whole seconds: "7s",
// "1m05s", "2h09m", "3d04h". It takes at most six cells.
func formatSeconds(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d < 100*day:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	}
	return ">99d"
}

// formatTenths is [formatSeconds] with tenths of a second below a minute, so
// that one can watch a stall grow.
func formatTenths(d time.Duration) string {
	if d = max(d, 0); d < time.Minute {
		tenths := d / (100 * time.Millisecond)
		return fmt.Sprintf("%d.%ds", tenths/10, tenths%10)
	}
	return formatSeconds(d)
}

// formatETA returns the remaining time d, rounded up: a copy that is not over
// does not have 0s to go. A negative d is unknown and gives "-".
func formatETA(d time.Duration) string {
	if d < 0 {
		return "-"
	}
	return formatSeconds(d + time.Second - 1)
}
