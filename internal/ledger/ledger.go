// Package ledger keeps the account of one copy. It is told events, bytes and
// times, and answers every question that anybody asks of a copy: how much moved,
// how often and for how long the source was paused, who is waited for, and the
// series over time that a picture is drawn from.
//
// Its words: the source and the destinations are the ends of a copy. An end is
// named by its index as in [stream.Event], the source by [stream.FromSource].
// Times are durations since the start of the copy. The source is paused from a
// pause by backpressure to the resume; a destination is full from the write that
// asks for a drain to the drain. One destination that alone holds the source is
// full exactly while the source is paused.
//
// # Who calls what
//
// A ledger is pure: it does no I/O, takes no lock and reads no clock. It belongs
// to the driver that runs the stream machine, and every call is made under the
// driver's own lock, the one that is held around the machine. The machine's
// observer calls [Ledger.Event] for each event. Whoever looks gets a [Snapshot]
// or a [Series], which are copies, and reads them without any lock.
//
// Bytes move while nobody holds the lock, and are counted by the driver's atomic
// counters. So the driver tells the total of an end, with [Ledger.Moved], just
// before it tells an event of that end. Before a look it tells the totals of all
// ends, and with [Ledger.Buffered] their lengths: a length falls without an
// event. A driver that moves its bytes under the lock tells each move.
//
// Telling allocates nothing, and mostly takes a few nanoseconds: what comes in one
// bucket is added to the series when the next one begins.
package ledger

import (
	"time"

	"bpcopy/internal/stream"
)

// Ledger is the account of one copy. Make it with [New].
type Ledger struct {
	start  time.Time
	now    time.Duration // the latest time that was told
	moved  time.Duration // when a byte moved last
	source end
	dsts   []destination
	series series

	pauses, resumes int64 // by backpressure, and by the drains that end it
	userPauses      int64
	byUser          bool // the program holds the source
}

// end is the account of the source or of one destination.
type end struct {
	track  int           // its place in the series
	at     time.Duration // what follows holds at this time
	bytes  int64         // that have passed it
	length int64         // bytes buffered
	peak   int64
	held   spell // the source is paused, or the destination is full

	open  Bucket        // what has come since it was last added to the series
	until time.Duration // the bucket of at ends, or a bucket of before it widened did
}

// destination is the account of one destination.
type destination struct {
	end
	lost                        bool
	writes, writesFalse, drains int64
}

// spell is a state that comes and goes.
type spell struct {
	on      bool
	since   time.Duration // it began, if it is on
	total   time.Duration
	longest time.Duration
}

// New returns the account of a copy to so many destinations.
func New(destinations int) *Ledger {
	l := &Ledger{dsts: make([]destination, destinations), series: newSeries(1 + destinations)}
	for i := range l.dsts {
		l.dsts[i].track = 1 + i
	}
	return l
}

// Begin says which moment all times count from.
func (l *Ledger) Begin(start time.Time) { l.start = start }

// Moved tells that bytes in all have passed an end, the last of them at a time.
// To tell the same again is no harm.
func (l *Ledger) Moved(at time.Duration, end int, bytes int64) {
	e := l.end(end)
	l.now, l.moved = max(l.now, at), max(l.moved, at)
	if bytes > e.bytes {
		if at >= e.until {
			from := e.at
			l.settle(e, at)
			l.series.spread(e.track, bytesMoved, from, e.at, bytes-e.bytes)
		} else {
			l.settle(e, at)
			e.open.Bytes += bytes - e.bytes
		}
		e.bytes = bytes
	}
}

// Buffered tells the length of an end, and the most that it has been.
func (l *Ledger) Buffered(at time.Duration, end int, length, peak int64) {
	e := l.end(end)
	l.settle(e, at)
	l.buffer(e, length)
	e.peak = max(e.peak, peak)
}

// Lost tells that a destination has dropped out: the copy goes on without it.
func (l *Ledger) Lost(dst int) { l.dsts[dst].lost = true }

// ByUser reports whether the program itself holds the source.
func (l *Ledger) ByUser() bool { return l.byUser }

// Event tells an event. Where it costs too much to read the clock, the time may be
// that of something that happened before: the latest that was told counts then.
func (l *Ledger) Event(at time.Duration, e *stream.Event) {
	l.now = max(l.now, at)
	switch {
	case e.Kind == stream.Errored || e.Kind == stream.Callback: // without a length; what follows from them has events
	case e.Dst == stream.FromSource:
		l.settle(&l.source, l.now)
		l.buffer(&l.source, e.ReadableLength)
		l.sourceEvent(e)
	default:
		d := &l.dsts[e.Dst]
		l.settle(&d.end, l.now)
		l.buffer(&d.end, e.Length)
		d.event(e)
	}
}

// sourceEvent enters an event of the source. After its end there is nothing left
// to hold.
func (l *Ledger) sourceEvent(e *stream.Event) {
	switch e.Kind {
	case stream.Pause:
		switch e.Cause {
		case stream.CauseBackpressure:
			l.pauses++
			l.source.held.begin(l.source.at)
		case stream.CauseUser:
			l.userPauses++
			l.byUser = true
		}
	case stream.Resume:
		if e.Cause == stream.CauseDrain {
			l.resumes++
		}
		l.source.held.on, l.byUser = false, false
	case stream.End:
		l.source.held.on, l.byUser = false, false
		for i := range l.dsts {
			l.settle(&l.dsts[i].end, l.source.at)
			l.dsts[i].held.on = false
		}
	}
}

// event enters an event of the destination.
func (d *destination) event(e *stream.Event) {
	switch e.Kind {
	case stream.Write:
		d.writes++
		if !e.Ret {
			d.writesFalse++
		}
		if e.NeedDrain && !d.held.on {
			d.held.begin(d.at)
		}
	case stream.Drain:
		d.drains++
		d.held.on = false
	case stream.Unpipe, stream.Finish, stream.Close:
		d.held.on = false
	}
}

func (l *Ledger) end(index int) *end {
	if index == stream.FromSource {
		return &l.source
	}
	return &l.dsts[index].end
}

// settle brings an end up to a time, for which all stayed as it was.
func (l *Ledger) settle(e *end, at time.Duration) {
	if at <= e.at {
		return
	}
	if e.held.on {
		e.held.last(e.at, at)
	}
	switch {
	case at >= e.until:
		l.turn(e, at)
	case e.held.on:
		e.open.Held += at - e.at
	}
	e.at = at
}

// turn is settle where another bucket begins.
func (l *Ledger) turn(e *end, at time.Duration) {
	l.series.reach(at)
	if e.held.on {
		l.series.spread(e.track, timeHeld, e.at, at, int64(at-e.at))
	}
	l.close(e)
	l.series.stay(e.track, e.at, at, e.length)
	e.until = l.series.end(at)
}

// close adds what has come to the series.
func (l *Ledger) close(e *end) {
	l.series.add(e.track, e.at, e.open)
	e.open = Bucket{}
}

// buffer enters a length of which the time is settled.
func (l *Ledger) buffer(e *end, length int64) {
	e.length = length
	e.peak = max(e.peak, length)
	e.open.Length = max(e.open.Length, length)
}

func (s *spell) begin(at time.Duration) { s.on, s.since = true, at }

// last lets a spell go on.
func (s *spell) last(from, to time.Duration) {
	s.total += to - from
	s.longest = max(s.longest, to-s.since)
}
