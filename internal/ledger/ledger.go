// Package ledger keeps the account of one copy. It is told events, bytes and
// times, and answers every question that anybody asks of a copy: how much
// moved, how often and for how long the source was paused, which side holds the
// copy up, and how all that went over time.
//
// # Words
//
//   - end: the source or a destination. It is named by its index as in
//     [stream.Event], the source by [stream.FromSource].
//   - time: a duration since the start of the copy.
//   - moved: the bytes that the source has delivered, or that a destination has
//     taken.
//   - length, peak: the bytes that are buffered for an end, and the most that
//     there were. Package stream says what counts.
//   - paused: the state of the source, from a pause by backpressure to the
//     resume.
//   - full: the state of a destination, from the write that needs a drain to
//     the drain. If there is one destination, it is full exactly while the
//     source is paused.
//   - held: paused or full.
//   - bucket: a span of time, with what happened at one end in it. All buckets
//     have the same width.
//   - series: the buckets of all ends, from the start until now. It is kept only
//     if somebody wants to draw it.
//
// # Who calls what
//
// A ledger is pure: it does no I/O, takes no lock and reads no clock. It
// belongs to the driver of the machine. The driver holds its own lock around
// every call of the machine and of the ledger. The observer of the machine
// calls [Ledger.Event] for each event. A [Snapshot] or a [Series] is a copy,
// which needs no lock.
//
// Bytes move while nobody holds the lock. The driver counts them in atomic
// counters. So it calls [Ledger.Moved] with the total of an end just before it
// tells an event of that end. Before it asks for a snapshot or a series, it
// tells the totals of all ends, and their lengths with [Ledger.Buffered]: a
// length falls without an event. A driver that moves bytes under the lock calls
// Moved each time.
//
// No call allocates, except those that return a snapshot or a series. Most take
// a few nanoseconds, since a bucket enters the series only when the next one
// begins.
package ledger

import (
	"math"
	"time"

	"bpcopy/internal/stream"
)

// Ledger is the account of one copy. Make it with [New].
type Ledger struct {
	start     time.Time
	now       time.Duration // the latest time that was told
	lastMoved time.Duration // when a byte moved last, at any end
	source    end
	dsts      []destination
	series    series

	pauses     int64 // by backpressure
	resumes    int64 // by a drain
	userPauses int64 // by the program
	byUser     bool  // the program has paused the source

	full alone
}

// end is the account of the source or of one destination.
type end struct {
	track  int           // its index in the series
	at     time.Duration // the time at which the fields below are true
	bytes  int64         // moved
	length int64         // bytes buffered
	peak   int64         // the greatest length
	held   spell

	bucket *Bucket // what has happened since the series was last told; nil without a series
	// until is when the bucket ends. It may be too early after the series has
	// widened. Without a series it is never.
	until time.Duration
}

// destination is the account of one destination.
type destination struct {
	end
	lost                        bool // it has dropped out
	writes, writesFalse, drains int64
	alone                       time.Duration // for how long no other one was full
}

// spell is a state that begins and ends again and again.
type spell struct {
	on      bool
	since   time.Duration // when it began, if it is on
	total   time.Duration // how long it was on
	longest time.Duration // how long it was on without a break
}

// New returns the ledger of a copy to that many destinations.
func New(destinations int) *Ledger {
	l := &Ledger{dsts: make([]destination, destinations)}
	l.source.until = math.MaxInt64
	for i := range l.dsts {
		l.dsts[i].track, l.dsts[i].until = 1+i, math.MaxInt64
	}
	return l
}

// Begin says when the copy started, for [Snapshot.LastMoved].
func (l *Ledger) Begin(start time.Time) { l.start = start }

// Moved tells the total of the bytes that have moved at an end, and when the
// last of them did. It may be told the same twice.
func (l *Ledger) Moved(at time.Duration, end int, bytes int64) {
	e := l.end(end)
	l.now, l.lastMoved = max(l.now, at), max(l.lastMoved, at)
	if bytes > e.bytes {
		if at >= e.until {
			from := e.at
			l.advance(e, at)
			l.series.spread(e.track, bytesMoved, from, e.at, bytes-e.bytes)
		} else {
			l.advance(e, at)
			if e.bucket != nil {
				e.bucket.Bytes += bytes - e.bytes
			}
		}
		e.bytes = bytes
	}
}

// Buffered tells the length of an end and its peak, in bytes.
func (l *Ledger) Buffered(at time.Duration, end int, length, peak int64) {
	e := l.end(end)
	l.advance(e, at)
	l.buffer(e, length)
	e.peak = max(e.peak, peak)
}

// Counted tells the totals of the writes that were refused and of the drains of a
// destination that stands for many: its events are not told.
func (l *Ledger) Counted(at time.Duration, dst int, writesFalse, drains int64) {
	d := &l.dsts[dst]
	l.advance(&d.end, at)
	d.bucket.WritesFalse += writesFalse - d.writesFalse
	d.bucket.Drains += drains - d.drains
	d.writesFalse, d.drains = writesFalse, drains
}

// Lost tells that a destination has dropped out: the copy goes on without it.
func (l *Ledger) Lost(dst int) { l.dsts[dst].lost = true }

// ByUser reports whether the source is paused by the program itself.
func (l *Ledger) ByUser() bool { return l.byUser }

// ByBackpressure reports whether the source is paused by backpressure.
func (l *Ledger) ByBackpressure() bool { return l.source.held.on }

// Event tells an event. The time may be too early, for a driver that does not
// read the clock for each event. Then the latest time that the ledger knows
// counts.
func (l *Ledger) Event(at time.Duration, e *stream.Event) {
	l.now = max(l.now, at)
	switch {
	case e.Kind == stream.Errored || e.Kind == stream.Callback:
		// These have no length. What follows from them has events of its own.
	case e.Dst == stream.FromSource:
		l.advance(&l.source, l.now)
		l.buffer(&l.source, e.ReadableLength)
		l.sourceEvent(e)
	default:
		d := &l.dsts[e.Dst]
		l.advance(&d.end, l.now)
		l.buffer(&d.end, e.Length)
		was := d.held.on
		d.event(e)
		l.turned(e.Dst, was)
	}
}

// sourceEvent enters an event of the source. After the end of the source
// nothing is held any more.
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
			l.advance(&l.dsts[i].end, l.source.at)
			was := l.dsts[i].held.on
			l.dsts[i].held.on = false
			l.turned(i, was)
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
			if d.bucket != nil {
				d.bucket.WritesFalse++
			}
		}
		if e.NeedDrain && !d.held.on {
			d.held.begin(d.at)
		}
	case stream.Drain:
		d.drains++
		if d.bucket != nil {
			d.bucket.Drains++
		}
		d.held.on = false
	case stream.Unpipe, stream.Finish, stream.Close:
		d.held.on = false
	}
}

// end returns the end of an index.
func (l *Ledger) end(index int) *end {
	if index == stream.FromSource {
		return &l.source
	}
	return &l.dsts[index].end
}

// advance brings the account of an end up to a time. Its length and its state
// were the same in between.
func (l *Ledger) advance(e *end, at time.Duration) {
	if at <= e.at {
		return
	}
	if e.held.on {
		e.held.extend(e.at, at)
	}
	switch {
	case at >= e.until:
		l.advanceBucket(e, at)
	case e.held.on && e.bucket != nil:
		e.bucket.Held += at - e.at
	}
	e.at = at
}

// advanceBucket is the part of advance for a time in a later bucket.
func (l *Ledger) advanceBucket(e *end, at time.Duration) {
	l.series.reach(at)
	if e.held.on {
		l.series.spread(e.track, timeHeld, e.at, at, int64(at-e.at))
	}
	l.enterBucket(e)
	l.series.keepLength(e.track, e.at, at, e.length)
	e.until = l.series.end(at)
}

// enterBucket enters the bucket of an end in the series.
func (l *Ledger) enterBucket(e *end) {
	l.series.add(e.track, e.at, *e.bucket)
	*e.bucket = Bucket{}
}

// buffer sets the length of an end that was advanced to the time of it.
func (l *Ledger) buffer(e *end, length int64) {
	e.length = length
	e.peak = max(e.peak, length)
	if e.bucket != nil {
		e.bucket.Length = max(e.bucket.Length, length)
	}
}

// begin begins a spell.
func (s *spell) begin(at time.Duration) { s.on, s.since = true, at }

// extend adds a time in which the spell went on.
func (s *spell) extend(from, to time.Duration) {
	s.total += to - from
	s.longest = max(s.longest, to-s.since)
}
