package stream_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/stream"
)

// script drives a machine by hand: what the machine asks for stays open until
// the test answers it, and what happens is written down.
type script struct {
	*stream.Machine
	t    testing.TB
	src  *stream.Readable
	dst  *stream.Writable // the first destination
	dsts []*stream.Writable

	reads  int      // requests to read
	sinks  []string // requests to write, as "bytes/chunks"
	events []string
}

// sinkFunc makes a function a [stream.Sink].
type sinkFunc func(bytes int64, chunks int)

func (f sinkFunc) Write(bytes int64, chunks int) { f(bytes, chunks) }

// newScript makes a machine with a source and one destination for each of dsts,
// not yet joined. A destination without a sink gets one that stays open.
func newScript(t testing.TB, readAhead int64, dsts ...stream.WritableOptions) *script {
	s := &script{t: t}
	s.Machine = stream.New(s, stream.Rules{})
	s.src = s.NewReadable(stream.ReadableOptions{HighWaterMark: readAhead, Source: s})
	for _, opts := range dsts {
		answer := opts.Sink
		opts.Sink = sinkFunc(func(bytes int64, chunks int) {
			s.sinks = append(s.sinks, fmt.Sprintf("%d/%d", bytes, chunks))
			if answer != nil {
				answer.Write(bytes, chunks)
			}
		})
		s.dsts = append(s.dsts, s.NewWritable(opts))
	}
	if len(s.dsts) > 0 {
		s.dst = s.dsts[0]
	}
	return s
}

// doneAtOnce makes the sink of the first destination answer inside the request.
func (s *script) doneAtOnce() stream.Sink {
	return sinkFunc(func(int64, int) { s.dst.Done() })
}

// Read implements [stream.Source].
func (s *script) Read() { s.reads++ }

// Event implements [stream.Observer].
func (s *script) Event(e *stream.Event) {
	var b strings.Builder
	if e.Dst > 0 {
		fmt.Fprintf(&b, "%d:", e.Dst)
	}
	b.WriteString(e.Kind.String())
	switch e.Kind {
	case stream.Data:
		fmt.Fprintf(&b, " %d", e.Bytes)
	case stream.Write:
		fmt.Fprintf(&b, " %d %t", e.Bytes, e.Ret)
	case stream.Pause, stream.Resume:
		fmt.Fprintf(&b, " %s", e.Cause)
	case stream.Errored, stream.Callback:
		fmt.Fprintf(&b, " %s", e.Code)
	case stream.Close:
		if e.Dst == stream.FromSource {
			b.WriteString(" src")
		}
	}
	s.events = append(s.events, b.String())
}

// after runs what happens in one go, settles, and compares the events of that
// with want, which are joined by ", ".
func (s *script) after(what func(), want string) {
	s.t.Helper()
	s.events = nil
	what()
	s.Settle()
	if got := strings.Join(s.events, ", "); got != want {
		s.t.Errorf("events\n got %s\nwant %s", got, want)
	}
}

// push answers a request to read.
func (s *script) push(sizes ...int64) func() {
	return func() {
		for _, size := range sizes {
			s.src.Push(size)
		}
	}
}

// write writes to the first destination.
func (s *script) write(sizes ...int64) func() {
	return func() {
		for _, size := range sizes {
			s.dst.Write(size)
		}
	}
}

// wantSinks compares the requests to write so far.
func (s *script) wantSinks(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.sinks, want) {
		s.t.Errorf("requests to write (bytes/chunks) = %q; want %q", s.sinks, want)
	}
}

func (s *script) wantLength(want int64) {
	s.t.Helper()
	if got := s.dst.Length(); got != want {
		s.t.Errorf("dst.Length() = %d; want %d", got, want)
	}
}
