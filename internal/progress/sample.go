package progress

import (
	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// Sample is the state of a copy at one moment. A LastMoved before
// Options.Start, as in the zero Snapshot, counts as Options.Start.
type Sample struct {
	ledger.Snapshot
	Size          int64 // expected bytes; -1 if not known
	HighWaterMark int64 // bytes; 0 if there is none to show
	ReadAhead     int64 // the mark of the source, in bytes; 0 if it is not known
}

// abbreviate returns the side in three letters.
func abbreviate(s side.Side) string {
	switch s {
	case side.Source:
		return "src"
	case side.Destination:
		return "dst"
	}
	return ""
}
