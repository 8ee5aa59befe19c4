package scenario

import (
	"slices"

	"bpcopy/internal/stream"
)

// source delivers the chunks of a scenario. It implements [stream.Source].
type source struct {
	driver    *driver
	readable  *stream.Readable
	next      int64   // the chunk to be pushed next
	pushed    int64   // bytes in those before
	due       []int64 // when chunks come unasked: the times of a list, in order
	came      int64   // how many of them have come
	ended     bool
	reads     int64
	pushFalse int64
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

// start books the chunks that come unasked. Each books the one after it, so that
// they need not all stand in the agenda; their places in it are kept.
func (s *source) start() {
	d := s.driver
	if d.scenario.source.mode != modePush {
		return
	}
	for _, c := range d.scenario.chunks.list {
		s.due = append(s.due, c.atMS)
	}
	slices.Sort(s.due)
	count := d.scenario.chunks.len()
	s.bookDue()
	d.agenda.booked = count
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

// dueMS is when the i-th of the chunks that come unasked does.
func (s *source) dueMS(i int64) int64 {
	if s.due != nil {
		return s.due[i]
	}
	return s.driver.scenario.chunks.at(i).atMS
}

func (s *source) bookDue() {
	if s.driver.scenario.source.mode == modePush && s.came < s.driver.scenario.chunks.len() {
		s.driver.agenda.add(entry{atMS: s.dueMS(s.came), booked: s.came, kind: arrive})
	}
	s.came++
}

// Read implements [stream.Source].
func (s *source) Read() {
	s.reads++
	d := s.driver
	if d.scenario.source.mode == modePush || s.ended {
		return
	}
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

// arrive delivers what an entry of the agenda stands for.
func (s *source) arrive() {
	s.bookDue()
	s.push()
}

// push delivers the next chunk, or the end.
func (s *source) push() {
	d := s.driver
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

// pauseAfterData is a program that pauses the source after every chunk, for a
// while.
func (s *source) pauseAfterData() {
	s.driver.machine.ByUser(s.readable.Pause)
	s.driver.in(*s.driver.scenario.pauseAfter, 0, pauseOver, 0)
}
