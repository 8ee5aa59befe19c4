package ledger_test

import (
	"fmt"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// A destination with a mark of 64 KiB takes 100 ms for the first chunk. The
// source has no second one yet. A driver tells this under its lock.
func Example() {
	const chunk, source, sink = 64 << 10, stream.FromSource, 0
	l := ledger.New(1)
	l.KeepSeries()

	// The chunk is read at once. Its write returns false, so the source pauses.
	l.Moved(0, source, chunk)
	l.Event(0, &stream.Event{Kind: stream.Data, Dst: source, Bytes: chunk})
	l.Event(0, &stream.Event{Kind: stream.Write, Dst: sink, Bytes: chunk, Length: chunk, NeedDrain: true})
	l.Event(0, &stream.Event{Kind: stream.Pause, Dst: source, Cause: stream.CauseBackpressure})

	// The chunk is written. The destination drains, and the source goes on.
	now := 100 * time.Millisecond
	l.Moved(now, sink, chunk)
	l.Event(now, &stream.Event{Kind: stream.Drain, Dst: sink})
	l.Event(now, &stream.Event{Kind: stream.Resume, Dst: source, Cause: stream.CauseDrain})

	// Somebody looks half a second later.
	now += 500 * time.Millisecond
	s := l.Snapshot(now, side.Source)
	fmt.Println(s.Read, "bytes read,", s.Written, "written, waiting for the", s.WaitingFor)
	fmt.Println("pauses", s.Pauses, "drains", s.Drains, "resumes", s.Resumes)
	fmt.Println("paused", s.Paused, "of", s.Elapsed, "with", s.PeakLength, "bytes buffered at most")

	series := l.Series(now)
	fmt.Println(len(series.Source), "buckets of", series.Width)
	fmt.Println("the source was paused for", series.Source[0].Held, "of the first and", series.Source[200].Held, "of the last")
	// Output:
	// 65536 bytes read, 65536 written, waiting for the source
	// pauses 1 drains 1 resumes 1
	// paused 100ms of 600ms with 65536 bytes buffered at most
	// 301 buckets of 2ms
	// the source was paused for 2ms of the first and 0s of the last
}
