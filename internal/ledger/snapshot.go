package ledger

import (
	"time"

	"bpcopy/internal/side"
)

// Snapshot has the counts and times of a copy at one moment.
type Snapshot struct {
	Read       int64         // bytes that the source has delivered
	Written    int64         // bytes that every destination has taken, except those that have dropped out
	Elapsed    time.Duration // since the start
	LastMoved  time.Time     // when a byte moved last at any end, or the start
	WaitingFor side.Side     // the side that holds the copy up
	Awaited    Awaited       // the end that the copy waits for; the driver knows

	Pauses       int64         // of the source, by backpressure
	Resumes      int64         // of the source, by a drain
	UserPauses   int64         // of the source, by the program
	Paused       time.Duration // for how long the source was paused; includes the present pause
	LongestPause time.Duration // the same without a break

	Waits Waits // who held the copy up, and for how long; the driver knows

	Drains     int64 // of all destinations together
	Length     int64 // bytes buffered for the fullest destination
	PeakLength int64 // the greatest length of any destination

	Destinations []Destination
}

// Destination has the counts and times of one destination.
type Destination struct {
	Bytes       int64 // taken
	Writes      int64 // chunks that were written to it
	WritesFalse int64 // those for which write() returned false
	Drains      int64
	Length      int64         // bytes buffered for it now
	PeakLength  int64         // the greatest length
	Full        time.Duration // for how long it was full, and so one of those that held the source
	Alone       time.Duration // for how long it was the only one
}

// Snapshot returns the counts and times up to now. The driver has just told the
// totals and the lengths of all ends. It also knows which side the copy waits
// for.
func (l *Ledger) Snapshot(now time.Duration, waiting side.Side) Snapshot {
	l.advanceAll(now)
	l.passAlone(now)
	s := Snapshot{
		Read:         l.source.bytes,
		Elapsed:      now,
		LastMoved:    l.start.Add(l.lastMoved),
		WaitingFor:   waiting,
		Pauses:       l.pauses,
		Resumes:      l.resumes,
		UserPauses:   l.userPauses,
		Paused:       l.source.held.total,
		LongestPause: l.source.held.longest,
		Destinations: make([]Destination, len(l.dsts)),
	}
	kept := false // a destination has not dropped out
	for i := range l.dsts {
		d := &l.dsts[i]
		if !d.lost && (!kept || d.bytes < s.Written) {
			s.Written, kept = d.bytes, true
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
			Alone:       d.alone,
		}
	}
	return s
}

// advanceAll is advance for all ends.
func (l *Ledger) advanceAll(at time.Duration) {
	l.advance(&l.source, at)
	for i := range l.dsts {
		l.advance(&l.dsts[i].end, at)
	}
}
