package progress

import (
	"time"

	"bpcopy/internal/ledger"
)

// waitsWindow is the time for which a frame tells who was waited for.
const waitsWindow = 3 * time.Second

// Waited is who was waited for longest in some time. The zero value is that
// nothing is known.
type Waited struct {
	Holder ledger.Holder
	Share  float64 // of the time; 0 if nothing is known
}

// waitedSince returns who was waited for longest between two moments.
func waitedSince(earlier, now ledger.Waits) Waited {
	holder, share := now.Longest(earlier)
	return Waited{holder, share}
}

// known reports whether there is anything to tell.
func (w Waited) known() bool { return w.Share > 0 }

// percent returns the share in percent, rounded.
func (w Waited) percent() int { return int(w.Share*100 + 0.5) }

// name returns a name of the holder in three letters.
func (w Waited) name() string {
	switch w.Holder {
	case ledger.BySource:
		return "src"
	case ledger.ByDestination:
		return "dst"
	case ledger.ByLimit:
		return "lim"
	case ledger.ByUser:
		return "usr"
	case ledger.ByStage:
		return "stg"
	}
	return "bpc"
}
