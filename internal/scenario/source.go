package scenario

import (
	"slices"

	"bpcopy/internal/stream"
)

// source delivers the chunks of a scenario. It implements [stream.Source].
type source struct {
	driver    *driver
	spec      *sourceSpec
	index     int
	readable  *stream.Readable
	next      int64   // index of the chunk that is pushed next
	pushed    int64   // bytes of the chunks before it
	dueMSs    []int64 // sorted times of the due chunks; nil for equal chunks
	dueOrder  int64   // order of the first due chunk
	nextDue   int64   // index of the due chunk that is booked next
	asked     bool    // a request has not been answered
	ended     bool
	reads     int64 // requests
	pushFalse int64 // chunks for which Push returned false
}

func newSource(d *driver, index int) *source {
	s := &source{driver: d, spec: &d.scenario.sources[index], index: index}
	opts := stream.ReadableOptions{HighWaterMark: s.spec.highWaterMark, Objects: s.spec.objects, Source: s}
	if d.scenario.pauseAfter != nil && index == 0 {
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
	if s.spec.mode != modePush {
		return
	}
	for _, c := range s.spec.chunks.list {
		s.dueMSs = append(s.dueMSs, c.atMS)
	}
	slices.Sort(s.dueMSs)
	count := s.spec.chunks.len()
	s.dueOrder = d.agenda.nextOrder
	s.bookDue()
	d.agenda.nextOrder += count
	switch {
	case !s.spec.endWithLast:
		endMS := s.spec.endMS
		if count > 0 {
			endMS = max(endMS, s.dueMS(count-1))
		}
		d.agenda.book(endMS, arrive, s.index)
	case count == 0:
		d.agenda.book(0, arrive, s.index)
	}
}

// dueMS returns when the i-th due chunk comes.
func (s *source) dueMS(i int64) int64 {
	if s.dueMSs != nil {
		return s.dueMSs[i]
	}
	return s.spec.chunks.at(i).atMS
}

// bookDue books the next due chunk, if there is one.
func (s *source) bookDue() {
	if s.nextDue < s.spec.chunks.len() {
		s.driver.agenda.add(entry{atMS: s.dueMS(s.nextDue), order: s.dueOrder + s.nextDue, kind: arrive, index: s.index})
	}
	s.nextDue++
}

// Read is the request for a chunk. It implements [stream.Source].
func (s *source) Read() {
	s.reads++
	d := s.driver
	if s.spec.mode == modePush || s.ended {
		return
	}
	s.asked = true
	readyMS := s.spec.endMS
	if s.next < s.spec.chunks.len() {
		readyMS = s.spec.chunks.at(s.next).atMS
	}
	switch {
	case s.spec.mode == modeAsync:
		d.in(s.spec.latencyMS, readyMS, arrive, s.index)
	case readyMS <= d.nowMS:
		s.pushSeveral()
	default:
		d.in(0, readyMS, arrive, s.index)
	}
}

// arrive lets an entry of the agenda happen.
func (s *source) arrive() {
	if s.spec.mode == modePush {
		s.bookDue()
		s.push()
	} else {
		s.pushSeveral()
	}
}

// pushSeveral delivers what comes at once.
func (s *source) pushSeveral() {
	for range s.spec.perRead {
		if s.ended {
			return
		}
		s.push()
	}
}

// push delivers the next chunk, or the end.
func (s *source) push() {
	d := s.driver
	s.asked = false
	if s.readable.Destroyed() || s.ended || d.cancelled.Load() {
		return
	}
	if s.next == s.spec.chunks.len() {
		s.end()
		return
	}
	size := s.spec.chunks.at(s.next).size
	s.next++
	s.pushed += size
	if s.index == 0 {
		d.ledger.Moved(d.now(), stream.FromSource, s.pushed)
	}
	s.give(size)
	if s.spec.endWithLast && s.next == s.spec.chunks.len() {
		s.end()
	}
}

// give pushes a chunk.
func (s *source) give(size int64) {
	if !s.readable.Push(size) {
		s.pushFalse++
	}
}

func (s *source) end() {
	s.ended = true
	s.readable.End()
}

// waitedFor reports whether the next chunk or the end is waited for. A source that pushes
// need not be asked.
func (s *source) waitedFor() bool {
	if s.spec.mode == modePush {
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
