package scenario

import (
	"time"

	"bpcopy/internal/stream"
)

// Side is one end of a run.
type Side int

// The sides. Neither is the answer while the program itself pauses.
const (
	Neither Side = iota
	SourceSide
	DestinationSide
)

// Stats is what a run has come to so far, in the terms of a copy. All times but
// LastMoved are those of the scenario: a live run has the same as a virtual one.
type Stats struct {
	Written    int64 // bytes that every destination has taken
	Elapsed    time.Duration
	LastMoved  time.Time // when a byte moved last, on the clock of a live run
	WaitingFor Side      // who holds the run up just now

	Pauses, Resumes      int64 // of the source, by backpressure alone
	UserPauses           int64 // those of the program
	Paused, LongestPause time.Duration

	Failure      Failure // the first
	Over         bool    // the source has ended, and all of it is at the destinations
	Destinations []Destination
}

// Destination is what one destination has come to so far.
type Destination struct {
	Bytes               int64 // taken
	Writes, WritesFalse int64
	Drains              int64
	Length              int64 // bytes buffered for it now
	PeakLength          int64 // the most that was
}

// Stats takes a snapshot. It may be called at any time; from a virtual run it
// gets its answer at the end.
func (r *Run) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.driver.stats()
	s.LastMoved = r.at(r.driver.movedMS)
	return s
}

func (d *driver) stats() Stats {
	r := d.src.readable.Stats()
	paused, longest := d.held.upTo(d.nowMS)
	s := Stats{
		Elapsed:      millis(d.nowMS),
		WaitingFor:   d.waitingFor(),
		Pauses:       r.Pauses[stream.CauseBackpressure],
		Resumes:      r.Resumes[stream.CauseDrain],
		UserPauses:   r.Pauses[stream.CauseUser],
		Paused:       millis(paused),
		LongestPause: millis(longest),
		Failure:      d.failure,
		Over:         d.src.readable.Ended(),
	}
	for i, dst := range d.dests {
		w := dst.writable.Stats()
		s.Destinations = append(s.Destinations, Destination{
			Bytes:       dst.sunk,
			Writes:      w.Writes,
			WritesFalse: w.WritesFalse,
			Drains:      w.Drains,
			Length:      dst.writable.Length(),
			PeakLength:  w.PeakLength,
		})
		if i == 0 || dst.sunk < s.Written {
			s.Written = dst.sunk
		}
		s.Over = s.Over && dst.writable.Length() == 0
	}
	return s
}

// waitingFor is the side that is to answer next.
func (d *driver) waitingFor() Side {
	for _, dst := range d.dests {
		if dst.busy {
			return DestinationSide
		}
	}
	if d.held.byUser || d.src.ended {
		return Neither
	}
	return SourceSide
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

// Failure is the first error of a run, or none.
type Failure struct {
	Code string // empty where there is none
	Dst  int    // index of the destination, or [stream.FromSource]
}

// note keeps an error unless there was one before.
func (f *Failure) note(e *stream.Event) {
	if f.Code == "" && e.Code != "" {
		*f = Failure{e.Code, e.Dst}
	}
}

// holds adds up the time in which backpressure held the source.
type holds struct {
	held    bool
	byUser  bool // the program holds it
	since   int64
	total   int64
	longest int64
}

func (h *holds) pause(nowMS int64, cause stream.Cause) {
	switch cause {
	case stream.CauseBackpressure:
		h.held, h.since = true, nowMS
	case stream.CauseUser:
		h.byUser = true
	}
}

// stop ends a pause: with the resume or, as nothing is left to hold, with the end.
func (h *holds) stop(nowMS int64) {
	h.total, h.longest = h.upTo(nowMS)
	h.held, h.byUser = false, false
}

// upTo is the total and the longest, counting a pause that goes on.
func (h *holds) upTo(nowMS int64) (total, longest int64) {
	if !h.held {
		return h.total, h.longest
	}
	this := nowMS - h.since
	return h.total + this, max(h.longest, this)
}

// millis is a time of the scenario, or the longest there is.
func millis(ms int64) time.Duration {
	const most = int64(1<<63-1) / int64(time.Millisecond)
	return time.Duration(min(ms, most)) * time.Millisecond
}
