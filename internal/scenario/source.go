package scenario

import (
	"slices"

	"bpcopy/internal/stream"
)

// source delivers the chunks of a scenario. It implements [stream.Source].
type source struct {
	driver    *driver
	readable  *stream.Readable
	next      int64   // index of the chunk that is pushed next
	pushed    int64   // bytes of the chunks before it
	dueMSs    []int64 // sorted times of the due chunks; nil for equal chunks
	nextDue   int64   // index of the due chunk that is booked next
	asked     bool    // a request has not been answered
	ended     bool
	reads     int64 // requests
	pushFalse int64 // chunks for which Push returned false
}

func newSource(d *driver) *source {
	s := &source{driver: d}
	opts := stream.ReadableOptions{HighWaterMark: d.scenario.source.highWaterMark, Source: s}
	if d.scenario.pauseAfter != nil {
		opts.AfterData = s.pauseAfterData
	}
	s.readable = d.machine.NewReadable(opts)
	return s
}

// start books the first due chunk and the end. Each due chunk books the next
// one, so that the agenda stays small; the orders of all of them are reserved
// here.
func (s *source) start() {
	d := s.driver
	if d.scenario.source.mode != modePush {
		return
	}
	for _, c := range d.scenario.chunks.list {
		s.dueMSs = append(s.dueMSs, c.atMS)
	}
	slices.Sort(s.dueMSs)
	count := d.scenario.chunks.len()
	s.bookDue()
	d.agenda.nextOrder = count
	switch {
	case !d.scenario.source.endWithLast:
		endMS := d.scenario.source.endMS
		if count > 0 {
			endMS = max(endMS, s.dueMS(count-1))
		}
		d.agenda.book(endMS, arrive, 0)
	case count == 0:
		d.agenda.book(0, arrive, 0)
	}
}

// dueMS returns when the i-th due chunk comes.
func (s *source) dueMS(i int64) int64 {
	if s.dueMSs != nil {
		return s.dueMSs[i]
	}
	return s.driver.scenario.chunks.at(i).atMS
}

// bookDue books the next due chunk, if there is one.
func (s *source) bookDue() {
	if s.driver.scenario.source.mode == modePush && s.nextDue < s.driver.scenario.chunks.len() {
		s.driver.agenda.add(entry{atMS: s.dueMS(s.nextDue), order: s.nextDue, kind: arrive})
	}
	s.nextDue++
}

// Read is the request for a chunk. It implements [stream.Source].
func (s *source) Read() {
	s.reads++
	d := s.driver
	if d.scenario.source.mode == modePush || s.ended {
		return
	}
	s.asked = true
	readyMS := d.scenario.source.endMS
	if s.next < d.scenario.chunks.len() {
		readyMS = d.scenario.chunks.at(s.next).atMS
	}
	switch {
	case d.scenario.source.mode == modeAsync:
		d.in(d.scenario.source.latencyMS, readyMS, arrive, 0)
	case readyMS <= d.nowMS:
		s.push()
	default:
		d.in(0, readyMS, arrive, 0)
	}
}

// arrive lets an entry of the agenda happen.
func (s *source) arrive() {
	s.bookDue()
	s.push()
}

// push delivers the next chunk, or the end.
func (s *source) push() {
	d := s.driver
	s.asked = false
	if s.readable.Destroyed() || s.ended || d.cancelled.Load() {
		return
	}
	if s.next == d.scenario.chunks.len() {
		s.end()
		return
	}
	size := d.scenario.chunks.at(s.next).size
	s.next++
	s.pushed += size
	d.ledger.Moved(d.now(), stream.FromSource, s.pushed)
	if !s.readable.Push(size) {
		s.pushFalse++
	}
	if d.scenario.source.endWithLast && s.next == d.scenario.chunks.len() {
		s.end()
	}
}

func (s *source) end() {
	s.ended = true
	s.readable.End()
}

// waitedFor reports whether the next chunk or the end is waited for. A source that pushes
// need not be asked.
func (s *source) waitedFor() bool {
	if s.driver.scenario.source.mode == modePush {
		return !s.ended && !s.driver.ledger.ByBackpressure()
	}
	return s.asked
}

// pauseAfterData pauses the source after a chunk for the time that the scenario
// gives.
func (s *source) pauseAfterData() {
	s.driver.machine.ByUser(s.readable.Pause)
	s.driver.in(*s.driver.scenario.pauseAfter, 0, pauseOver, 0)
}
