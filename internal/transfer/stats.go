package transfer

import (
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/stream"
)

// Stats is what a copy has done so far.
type Stats struct {
	Read, Written int64         // bytes, at the source and at every destination
	Elapsed       time.Duration // since the start, up to the end, by Options.Clock
	LastMoved     time.Time     // when a byte moved last, or the start, by the same
	WaitingFor    Side          // who holds the copy up just now

	Pauses, Resumes      int64 // of the source, by backpressure alone
	UserPauses           int64 // those of Options.PauseAfterChunk
	Paused, LongestPause time.Duration

	Destinations []DestinationStats
}

// DestinationStats is what one destination has done so far.
type DestinationStats struct {
	Bytes               int64 // taken
	Writes, WritesFalse int64
	Drains              int64
	Length              int64 // bytes buffered for it now
	PeakLength          int64 // the most that was
}

// Stats takes a snapshot. It may be called at any time.
func (c *Copy) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if !c.end.IsZero() {
		now = c.end
	}
	r := c.readable.Stats()
	paused, longest := c.pauses.upTo(now)
	s := Stats{
		Read:         c.input.bytes.Load(),
		Written:      c.written(),
		Elapsed:      now.Sub(c.start),
		LastMoved:    c.start.Add(time.Duration(c.lastMoved())),
		WaitingFor:   c.waitingFor(),
		Pauses:       r.Pauses[stream.CauseBackpressure],
		Resumes:      r.Resumes[stream.CauseDrain],
		UserPauses:   r.Pauses[stream.CauseUser],
		Paused:       paused,
		LongestPause: longest,
	}
	for _, out := range c.outs {
		w := out.writable.Stats()
		s.Destinations = append(s.Destinations, DestinationStats{
			Bytes:       out.activity.bytes.Load(),
			Writes:      w.Writes,
			WritesFalse: w.WritesFalse,
			Drains:      w.Drains,
			Length:      out.writable.Length(),
			PeakLength:  w.PeakLength,
		})
	}
	return s
}

// Drains is how often the destinations drained, all together.
func (s Stats) Drains() int64 {
	var drains int64
	for _, d := range s.Destinations {
		drains += d.Drains
	}
	return drains
}

// Length is how many bytes are buffered for the fullest destination.
func (s Stats) Length() int64 {
	var length int64
	for _, d := range s.Destinations {
		length = max(length, d.Length)
	}
	return length
}

// PeakLength is the most that was buffered for one destination.
func (s Stats) PeakLength() int64 {
	var peak int64
	for _, d := range s.Destinations {
		peak = max(peak, d.PeakLength)
	}
	return peak
}

// pauses adds up the time in which backpressure held the source.
type pauses struct {
	since   time.Time // zero while the source is not held
	total   time.Duration
	longest time.Duration
}

// event takes a pause up with the event that begins it, and ends it with the
// resume, or with the end of the source, after which there is nothing to hold.
func (p *pauses) event(e *stream.Event, clock *clock.Clock) {
	switch {
	case e.Kind == stream.Pause && e.Cause == stream.CauseBackpressure:
		p.since = clock.Now()
	case e.Kind == stream.Resume, e.Kind == stream.End:
		p.stop(clock.Now())
	}
}

func (p *pauses) stop(now time.Time) {
	p.total, p.longest = p.upTo(now)
	p.since = time.Time{}
}

// upTo is the total and the longest pause, counting one that goes on.
func (p *pauses) upTo(now time.Time) (total, longest time.Duration) {
	if p.since.IsZero() {
		return p.total, p.longest
	}
	this := now.Sub(p.since)
	return p.total + this, max(p.longest, this)
}
