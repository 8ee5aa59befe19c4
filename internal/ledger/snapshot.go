package ledger

import "bpcopy/internal/side"

import "time"

// Snapshot is what a copy has come to at one moment.
type Snapshot struct {
	Read, Written int64         // bytes, at the source and at every destination that has not dropped out
	Elapsed       time.Duration // since the start
	LastMoved     time.Time     // when a byte moved last at any end, or the start
	WaitingFor    side.Side     // who holds the copy up just now

	Pauses, Resumes      int64         // of the source, by backpressure alone
	UserPauses           int64         // those of the program
	Paused, LongestPause time.Duration // by backpressure; one that goes on counts

	Drains     int64 // of all destinations together
	Length     int64 // bytes buffered for the fullest destination
	PeakLength int64 // the most that was buffered for one destination

	Destinations []Destination
}

// Destination is what one destination has come to.
type Destination struct {
	Bytes               int64 // taken
	Writes, WritesFalse int64
	Drains              int64
	Length              int64         // bytes buffered for it now
	PeakLength          int64         // the most that was
	Full                time.Duration // for how long it asked the source to wait
}

// Snapshot is how the copy stands now. The driver has just told what it knows of
// every end, and tells whom the copy waits for.
func (l *Ledger) Snapshot(now time.Duration, waiting side.Side) Snapshot {
	l.settleAll(now)
	s := Snapshot{
		Read:         l.source.bytes,
		Elapsed:      now,
		LastMoved:    l.start.Add(l.moved),
		WaitingFor:   waiting,
		Pauses:       l.pauses,
		Resumes:      l.resumes,
		UserPauses:   l.userPauses,
		Paused:       l.source.held.total,
		LongestPause: l.source.held.longest,
		Destinations: make([]Destination, len(l.dsts)),
	}
	remain := false
	for i := range l.dsts {
		d := &l.dsts[i]
		if !d.lost && (!remain || d.bytes < s.Written) {
			s.Written, remain = d.bytes, true
		}
		s.Drains += d.drains
		s.Length = max(s.Length, d.length)
		s.PeakLength = max(s.PeakLength, d.peak)
		s.Destinations[i] = Destination{
			Bytes:       d.bytes,
			Writes:      d.writes,
			WritesFalse: d.writesFalse,
			Drains:      d.drains,
			Length:      d.length,
			PeakLength:  d.peak,
			Full:        d.held.total,
		}
	}
	return s
}

// settleAll brings every end up to a time.
func (l *Ledger) settleAll(at time.Duration) {
	l.settle(&l.source, at)
	for i := range l.dsts {
		l.settle(&l.dsts[i].end, at)
	}
}
