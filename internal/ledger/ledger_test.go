package ledger

import (
	"reflect"
	"testing"
	"time"

	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

const ms = time.Millisecond

// A book is a ledger with a short way to tell it events.
type book struct{ *Ledger }

func (b book) write(at time.Duration, dst int, bytes, length int64, full bool) {
	b.Event(at, &stream.Event{Kind: stream.Write, Dst: dst, Bytes: bytes, Length: length, Ret: !full, NeedDrain: full})
}

func (b book) drain(at time.Duration, dst int) { b.to(at, stream.Drain, dst) }

// to tells an event that leaves nothing buffered.
func (b book) to(at time.Duration, kind stream.Kind, dst int) {
	b.Event(at, &stream.Event{Kind: kind, Dst: dst})
}

func (b book) pause(at time.Duration, cause stream.Cause) {
	b.Event(at, &stream.Event{Kind: stream.Pause, Dst: stream.FromSource, Cause: cause})
}

func (b book) resume(at time.Duration, cause stream.Cause) {
	b.Event(at, &stream.Event{Kind: stream.Resume, Dst: stream.FromSource, Cause: cause})
}

func TestSnapshot(t *testing.T) {
	const source = stream.FromSource
	tests := map[string]struct {
		destinations int
		tell         func(b book)
		now          time.Duration
		want         Snapshot
	}{
		"nothing": {1, func(book) {}, 0, Snapshot{Destinations: []Destination{{}}}},
		"a pause that is over": {1, func(b book) {
			b.Moved(1*ms, source, 10)
			b.write(1*ms, 0, 10, 10, true)
			b.pause(1*ms, stream.CauseBackpressure)
			b.Moved(6*ms, 0, 10)
			b.drain(6*ms, 0)
			b.resume(6*ms, stream.CauseDrain)
		}, 9 * ms, Snapshot{Read: 10, Written: 10, Elapsed: 9 * ms, LastMoved: at(6 * ms), Pauses: 1, Resumes: 1, Paused: 5 * ms,
			LongestPause: 5 * ms, Drains: 1, PeakLength: 10,
			Destinations: []Destination{{Bytes: 10, Writes: 1, WritesFalse: 1, Drains: 1, PeakLength: 10, Full: 5 * ms, Alone: 5 * ms}}}},
		"pauses that go on": {1, func(b book) {
			b.pause(1*ms, stream.CauseBackpressure)
			b.resume(3*ms, stream.CauseDrain)
			b.write(4*ms, 0, 7, 7, true)
			b.pause(4*ms, stream.CauseBackpressure)
		}, 10 * ms, Snapshot{Elapsed: 10 * ms, LastMoved: at(0), Pauses: 2, Resumes: 1, Paused: 8 * ms, LongestPause: 6 * ms,
			Length: 7, PeakLength: 7,
			Destinations: []Destination{{Writes: 1, WritesFalse: 1, Length: 7, PeakLength: 7, Full: 6 * ms, Alone: 6 * ms}}}},
		"pauses of the program and others": {1, func(b book) {
			b.pause(1*ms, stream.CauseUser)
			b.resume(2*ms, stream.CauseUser)
			b.pause(3*ms, stream.CausePipeNeedDrain)
			b.resume(4*ms, stream.CauseUnpipe)
		}, 5 * ms, Snapshot{Elapsed: 5 * ms, UserPauses: 1, Destinations: []Destination{{}}}},
		"the end lets go": {2, func(b book) {
			b.write(0, 0, 5, 5, true)
			b.write(0, 1, 5, 5, true)
			b.pause(0, stream.CauseBackpressure)
			b.to(2*ms, stream.Unpipe, 1)
			b.to(3*ms, stream.End, source)
		}, 9 * ms, Snapshot{Elapsed: 9 * ms, Pauses: 1, Paused: 3 * ms, LongestPause: 3 * ms, Length: 5, PeakLength: 5,
			Destinations: []Destination{{Writes: 1, WritesFalse: 1, Length: 5, PeakLength: 5, Full: 3 * ms, Alone: 1 * ms},
				{Writes: 1, WritesFalse: 1, PeakLength: 5, Full: 2 * ms}}}},
		"refused, not full": {1, func(b book) {
			b.Event(0, &stream.Event{Kind: stream.Write, Dst: 0, Bytes: 5})
		}, 9 * ms, Snapshot{Elapsed: 9 * ms, Destinations: []Destination{{Writes: 1, WritesFalse: 1}}}},
		"told at a look": {1, func(b book) {
			b.write(0, 0, 5, 0, false) // taken within the write
			b.Buffered(1*ms, 0, 3, 8)
			b.Moved(1*ms, 0, 5)
			b.Moved(1*ms, 0, 5)
		}, 2 * ms, Snapshot{Elapsed: 2 * ms, Written: 5, LastMoved: at(ms), Length: 3, PeakLength: 8,
			Destinations: []Destination{{Bytes: 5, Writes: 1, Length: 3, PeakLength: 8}}}},
		"the slowest counts, of those that are left": {3, func(b book) {
			b.Moved(3*ms, 0, 30)
			b.Moved(1*ms, 1, 10)
			b.Moved(2*ms, 2, 20)
			b.Lost(1)
		}, 3 * ms, Snapshot{Written: 20, Elapsed: 3 * ms, LastMoved: at(3 * ms),
			Destinations: []Destination{{Bytes: 30}, {Bytes: 10}, {Bytes: 20}}}},
		"nobody is left": {1, func(b book) {
			b.Moved(3*ms, 0, 30)
			b.Lost(0)
		}, 3 * ms, Snapshot{Elapsed: 3 * ms, LastMoved: at(3 * ms), Destinations: []Destination{{Bytes: 30}}}},
		"an event with the time of something before": {2, func(b book) {
			b.Moved(1*ms, source, 5)
			b.write(1*ms, 0, 5, 5, true)
			b.pause(2*ms, stream.CauseBackpressure)
			b.resume(9*ms, stream.CauseDrain)
			b.write(1*ms, 1, 5, 5, true) // what was read long ago
			b.Moved(12*ms, 1, 5)
			b.drain(12*ms, 1)
		}, 12 * ms, Snapshot{Read: 5, Elapsed: 12 * ms, LastMoved: at(12 * ms), Pauses: 1, Resumes: 1, Paused: 7 * ms,
			LongestPause: 7 * ms, Drains: 1, Length: 5, PeakLength: 5,
			Destinations: []Destination{{Writes: 1, WritesFalse: 1, Length: 5, PeakLength: 5, Full: 11 * ms, Alone: 8 * ms},
				{Bytes: 5, Writes: 1, WritesFalse: 1, Drains: 1, PeakLength: 5, Full: 3 * ms}}}},
		"time does not go back": {1, func(b book) {
			b.pause(5*ms, stream.CauseBackpressure)
			b.resume(2*ms, stream.CauseDrain)
		}, 1 * ms, Snapshot{Elapsed: 1 * ms, Pauses: 1, Resumes: 1, Destinations: []Destination{{}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			l := New(tt.destinations)
			tt.tell(book{l})
			got := l.Snapshot(tt.now, side.Neither)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Snapshot(%v) = %+v; want %+v", tt.now, got, tt.want)
			}
			if again := l.Snapshot(tt.now, side.Neither); !reflect.DeepEqual(again, got) {
				t.Errorf("Snapshot(%v) = %+v when asked again; want the same", tt.now, again)
			}
		})
	}
}

// at is a moment so long after the start of a ledger that was told none.
func at(d time.Duration) time.Time { return time.Time{}.Add(d) }

func TestBegin(t *testing.T) {
	l, start := New(1), time.Unix(1_000_000_000, 0)
	l.Begin(start)
	l.Moved(time.Second, 0, 1)
	if got, want := l.Snapshot(time.Minute, side.Source), start.Add(time.Second); !got.LastMoved.Equal(want) || got.WaitingFor != side.Source {
		t.Errorf("a byte moved last at %v, waiting for %v; want %v, source", got.LastMoved, got.WaitingFor, want)
	}
}

func TestByUser(t *testing.T) {
	b := book{New(1)}
	for _, tt := range []struct {
		tell func()
		want bool
	}{
		{func() {}, false},
		{func() { b.pause(0, stream.CauseBackpressure) }, false},
		{func() { b.pause(0, stream.CauseUser) }, true},
		{func() { b.resume(0, stream.CauseDrain) }, false},
		{func() { b.pause(0, stream.CauseUser) }, true},
		{func() { b.to(0, stream.End, stream.FromSource) }, false},
	} {
		tt.tell()
		if got := b.ByUser(); got != tt.want {
			t.Errorf("ByUser() = %t; want %t", got, tt.want)
		}
	}
}

// TestTellingAllocatesNothing goes through a copy of several hours, chunk by
// chunk.
func TestTellingAllocatesNothing(t *testing.T) {
	b, now, bytes := book{kept(2)}, time.Duration(0), int64(0)
	chunk := func() {
		now += 10 * ms
		bytes += 100
		b.Moved(now, stream.FromSource, bytes)
		for dst := range 2 {
			b.write(now, dst, 100, 100, true)
		}
		b.pause(now, stream.CauseBackpressure)
		now += 700 * ms
		for dst := range 2 {
			b.Moved(now, dst, bytes)
			b.drain(now, dst)
		}
		b.resume(now, stream.CauseDrain)
	}
	if allocated := testing.AllocsPerRun(20_000, chunk); allocated != 0 {
		t.Errorf("a chunk allocates %v times; want 0", allocated)
	}
}

func BenchmarkChunk(b *testing.B) {
	for name, l := range map[string]*Ledger{"plain": New(1), "series": kept(1)} {
		b.Run(name, func(b *testing.B) { benchmarkChunk(b, book{l}) })
	}
}

func benchmarkChunk(b *testing.B, l book) {
	now, bytes := time.Duration(0), int64(0)
	for b.Loop() {
		now += 10 * time.Microsecond
		bytes += 65536
		l.Moved(now, stream.FromSource, bytes)
		l.Event(now, &stream.Event{Kind: stream.Data, Dst: stream.FromSource, Bytes: 65536})
		l.write(now, 0, 65536, 65536, true)
		l.pause(now, stream.CauseBackpressure)
		now += 10 * time.Microsecond
		l.Moved(now, 0, bytes)
		l.drain(now, 0)
		l.resume(now, stream.CauseDrain)
	}
}
