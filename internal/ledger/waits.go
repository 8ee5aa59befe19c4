package ledger

import "time"

// Holder is who holds a copy up at a moment: without it, the copy would be faster
// then.
type Holder int

// The holders.
const (
	ByProgram     Holder = iota // nobody: the program is busy
	BySource                    // a read is outstanding, and there is nothing to write
	ByDestination               // a write is outstanding, and nothing is to be read until it is done
	ByLimit                     // a rate or a script makes the copy wait
	ByUser                      // the source is paused on request
	ByStage                     // a command between two copies does: see [Through]
	holders

	// ByBoth is for a moment in which both sides are waited for. The bytes that are
	// buffered keep the faster one from waiting for the other. Which one it is shows
	// when they are used up, or when there is no room for more: the moment belongs to
	// who is waited for alone then.
	ByBoth
)

// Holders is how many holders there are.
const Holders = int(holders)

// Between returns who holds the copy up where source is who keeps it from reading, and
// destination who keeps it from writing. Each is ByProgram if nobody does.
func Between(source, destination Holder) Holder {
	switch {
	case destination == ByProgram, destination == source:
		return source
	case source == ByProgram:
		return destination
	}
	return ByBoth
}

// Waits has for each holder how long it held the copy up. Every moment belongs to
// exactly one. The zero value is that of a copy that starts at time 0.
type Waits struct {
	at   time.Duration // up to when all time is accounted for
	held [Holders]time.Duration
	both time.Duration // in which both sides were waited for, since one was alone last
	last Holder        // who was waited for alone last; ByProgram if nobody was yet
}

// Until says that the time since the last call belongs to that holder, up to now. A
// time that is too early means nothing.
func (w *Waits) Until(now time.Duration, h Holder) {
	passed := now - w.at
	if passed <= 0 {
		return
	}
	w.at = now
	if h == ByBoth {
		w.both += passed
		return
	}
	w.held[h] += passed
	if h != ByProgram {
		w.held[h] += w.both
		w.both, w.last = 0, h
	}
}

// Commit says that the destinations were committed since the last call, up to now,
// and so were waited for. That does not tell who was waited for before.
func (w *Waits) Commit(now time.Duration) {
	if now > w.at {
		w.held[ByDestination] += now - w.at
		w.at = now
	}
}

// Of returns for how long that holder held the copy up. While both sides are waited for,
// the time counts as that of who was alone last, or the destination's. It may turn out
// to be the other one's.
func (w *Waits) Of(h Holder) time.Duration {
	last := w.last
	if last == ByProgram {
		last = ByDestination
	}
	if h == last {
		return w.held[h] + w.both
	}
	return w.held[h]
}

// Total returns the time that all of them together held the copy up: up to when
// all time is accounted for.
func (w Waits) Total() time.Duration { return w.at }

// Longest returns who held the copy up longest since an earlier moment, and for
// what share of the time. It returns 0 if no time has passed.
func (w Waits) Longest(since Waits) (longest Holder, share float64) {
	all := w.at - since.at
	if all <= 0 {
		return ByProgram, 0
	}
	var most time.Duration
	for h := range holders {
		if held := w.Of(h) - since.Of(h); held > most {
			longest, most = h, held
		}
	}
	return longest, min(float64(most)/float64(all), 1)
}
