package ledger

import "bpcopy/internal/side"

// Awaited is the end that a copy waits for at a moment. The zero value is none:
// the copy waits for nobody or for the program itself.
type Awaited struct {
	Side side.Side
	// Destination is the number of the destination, counted from 1, if it is the
	// only one that the copy waits for, and else 0.
	Destination int
	Scripted    bool // a script makes that end wait
}
