package progress

import (
	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// Sample is what a copy says of itself at one moment. A LastMoved before the start
// of the display, as in the zero Snapshot, counts as that start.
type Sample struct {
	ledger.Snapshot
	Size          int64 // expected, in bytes; -1 where it is not known
	HighWaterMark int64 // bytes; 0 where there is none to show
}

// abbreviation returns the side's name where room is short.
func abbreviation(s side.Side) string {
	switch s {
	case side.Source:
		return "src"
	case side.Destination:
		return "dst"
	}
	return ""
}
