package ledger

import "time"

// Holder is who holds a copy up at a moment: without it, the copy would be faster
// then.
type Holder int

// The holders.
const (
	ByProgram     Holder = iota // nobody: the program is busy, or both sides move at once
	BySource                    // a read is outstanding, and there is nothing to write
	ByDestination               // a write is outstanding, and nothing can be read or is asked for
	ByLimit                     // a rate or a script makes the copy wait
	ByUser                      // the source is paused on request
	holders
)

// Waits has for each holder how long it held the copy up. Every moment belongs to
// exactly one. The zero value is that of a copy that starts at time 0.
type Waits struct {
	at   time.Duration // up to when all time is accounted for
	held [holders]time.Duration
}

// Until says that the time since the last call belongs to that holder, up to now. A
// time that is too early means nothing.
func (w *Waits) Until(now time.Duration, h Holder) {
	if now > w.at {
		w.held[h] += now - w.at
		w.at = now
	}
}

// Of returns for how long that holder held the copy up.
func (w *Waits) Of(h Holder) time.Duration { return w.held[h] }
