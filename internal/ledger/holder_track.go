package ledger

import "time"

// HolderTrack says who held a copy up over time. It is told the same as [Waits],
// and has the buckets of a [Series]. A nil *HolderTrack is told in vain.
type HolderTrack struct {
	at    time.Duration // up to when all time is accounted for
	width time.Duration
	held  [holders]column // nanoseconds
	// both is the time in which both sides were waited for, from that moment on, since
	// one was alone last.
	both    column
	from    time.Duration
	pending bool   // there is such a time
	last    Holder // who was waited for alone last; ByProgram if nobody was yet
}

// NewHolderTrack returns the track of a copy that starts at time 0.
func NewHolderTrack() *HolderTrack { return &HolderTrack{width: firstWidth} }

// Until says that the time since the last call belongs to that holder, up to now. A
// time that is too early means nothing.
func (t *HolderTrack) Until(now time.Duration, h Holder) {
	if t == nil || now <= t.at {
		return
	}
	t.reach(now)
	switch {
	case h == ByBoth:
		if !t.pending {
			t.pending, t.from = true, t.at
		}
		t.both.spread(t.width, t.at, now, int64(now-t.at))
	default:
		t.held[h].spread(t.width, t.at, now, int64(now-t.at))
		if h != ByProgram {
			t.last = h
			t.settle()
		}
	}
	t.at = now
}

// settle gives the time in which both sides were waited for to who is waited for alone
// now. Mostly it is in one bucket.
func (t *HolderTrack) settle() {
	if !t.pending {
		return
	}
	for i := index(t.from, t.width); i <= index(t.at, t.width); i++ {
		t.held[t.last][i] += t.both[i]
		t.both[i] = 0
	}
	t.pending = false
}

// At returns up to when the track was told. A series that it is to be joined to must
// go at least as far.
func (t *HolderTrack) At() time.Duration {
	if t == nil {
		return 0
	}
	return t.at
}

// Join fills in the holders of a series that goes at least as far as the track.
func (t *HolderTrack) Join(s *Series) {
	if t == nil || s.Source == nil {
		return
	}
	t.reach(s.Until)
	last := t.last // as Waits.Of has it
	if last == ByProgram {
		last = ByDestination
	}
	s.Holders = make([][Holders]time.Duration, len(s.Source))
	for i := range s.Holders {
		for h := range t.held {
			s.Holders[i][h] = time.Duration(t.held[h][i])
		}
		s.Holders[i][last] += time.Duration(t.both[i])
	}
}

// reach doubles the width until a time has a bucket.
func (t *HolderTrack) reach(at time.Duration) {
	for at/Buckets >= t.width {
		t.width *= 2
		for h := range t.held {
			t.held[h].fold(sum)
		}
		t.both.fold(sum)
	}
}
