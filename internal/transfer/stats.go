package transfer

import (
	"time"

	"bpcopy/internal/stream"
)

// Stats is what a copy has done so far.
type Stats struct {
	Read, Written int64         // bytes, at either end
	Elapsed       time.Duration // since the start, up to the end
	LastMoved     time.Time     // when a byte moved last, or the start
	WaitingFor    Side          // who holds the copy up just now

	Pauses, Drains, Resumes int64 // by backpressure alone: see the count in package stream for all
	Paused, LongestPause    time.Duration
	Length                  int64 // bytes buffered at the destination now
	PeakLength              int64 // the most that was buffered there
	Writes, WritesFalse     int64
}

// Stats takes a snapshot. It may be called at any time after Run has begun.
func (c *Copy) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if !c.end.IsZero() {
		now = c.end
	}
	r, w := c.readable.Stats(), c.writable.Stats()
	paused, longest := c.pauses.upTo(now)
	return Stats{
		Read:         c.activity.read.Load(),
		Written:      c.activity.written.Load(),
		Elapsed:      now.Sub(c.start),
		LastMoved:    c.start.Add(time.Duration(c.activity.last.Load())),
		WaitingFor:   c.activity.waitingFor(),
		Pauses:       r.Pauses[stream.CauseBackpressure],
		Drains:       w.Drains,
		Resumes:      r.Resumes[stream.CauseDrain],
		Paused:       paused,
		LongestPause: longest,
		Length:       c.writable.Length(),
		PeakLength:   w.PeakLength,
		Writes:       w.Writes,
		WritesFalse:  w.WritesFalse,
	}
}

// pauses adds up the time in which backpressure held the source.
type pauses struct {
	since   time.Time // zero while the source is not held
	total   time.Duration
	longest time.Duration
}

// event takes a pause up with the event that begins it, and ends it with the
// resume, or with the end of the source, after which there is nothing to hold.
func (p *pauses) event(e *stream.Event) {
	switch {
	case e.Kind == stream.Pause && e.Cause == stream.CauseBackpressure:
		p.since = time.Now()
	case e.Kind == stream.Resume, e.Kind == stream.End:
		p.stop(time.Now())
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
