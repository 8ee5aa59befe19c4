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

// formatShort returns d in its largest unit: "3s", "12m", "2h". It takes at most
// four cells.
func formatShort(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 100*day:
		return fmt.Sprintf("%dd", d/day)
	}
	return ">99d"
}

// formatClock is [formatSeconds] with a colon below an hour, as clocks have it:
// "0:07", "12:34". It takes at most six cells, too.
func formatClock(d time.Duration) string {
	if d = max(d, 0); d < time.Hour {
		return fmt.Sprintf("%d:%02d", d/time.Minute, d%time.Minute/time.Second)
	}
	return formatSeconds(d)
}

// formatTaken returns how long a copy took. Below a minute it has three digits,
// as in the summary: "12.7s", "3.98s", "523ms". It takes at most six cells.
func formatTaken(d time.Duration) string {
	d = max(d, 0)
	for unit := time.Duration(1); unit < time.Second && d < time.Minute; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
	return formatClock(d.Round(time.Second))
}

// roundUp returns the remaining time d in seconds, rounded up: a copy that is not
// over does not have 0 s to go.
func roundUp(d time.Duration) time.Duration { return d + time.Second - 1 }

// formatETA returns the remaining time d. A negative d is unknown and gives "-".
func formatETA(d time.Duration) string {
	if d < 0 {
		return "-"
	}
	return formatSeconds(roundUp(d))
}
