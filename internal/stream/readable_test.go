package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

// flowing is a script whose source flows into one destination of no limit.
func flowing(t *testing.T, readAhead int64) *script {
	s := newScript(t, readAhead, mark(1<<20))
	s.after(s.pipe, "pipe, resume initial")
	return s
}

func (s *script) pipe() {
	for _, dst := range s.dsts {
		s.src.Pipe(dst, stream.PipeOptions{})
	}
}

func TestReadsOneAtATime(t *testing.T) {
	s := flowing(t, 100)
	if s.reads != 1 {
		t.Errorf("%d requests to read at the start; want 1", s.reads)
	}
	s.after(s.push(10), "data 10, write 10 true")
	if s.reads != 2 {
		t.Errorf("%d requests to read after 1 answer; want 2", s.reads)
	}
}

func TestPushToAFlowingConsumerNeverCounts(t *testing.T) {
	s := flowing(t, 1)
	if !s.src.Push(100) || s.src.Length() != 0 {
		t.Errorf("Push(100) left %d bytes; want true and 0", s.src.Length())
	}
}

func TestPauseStopsDataNotReading(t *testing.T) {
	s := flowing(t, 100)
	s.after(func() { s.ByUser(s.src.Pause) }, "pause user")
	s.after(s.push(60), "")
	s.after(s.push(60), "")
	if s.reads != 2 || s.src.Length() != 120 {
		t.Errorf("%d requests to read, %d bytes buffered; want 2 and, as no more is read from the mark on, 120", s.reads, s.src.Length())
	}
	s.after(func() { s.ByUser(s.src.Resume) }, "resume user, data 60, write 60 true, data 60, write 60 true")
}

func TestPauseTwiceIsOneEvent(t *testing.T) {
	s := flowing(t, 100)
	s.after(func() { s.src.Pause(); s.src.Pause() }, "pause other")
	s.after(func() { s.src.Resume(); s.src.Resume() }, "resume other")
}

func TestResumeEventComesThoughPausedMeanwhile(t *testing.T) {
	s := flowing(t, 100)
	s.after(s.src.Pause, "pause other")
	s.after(s.push(10), "")
	s.after(func() { s.src.Resume(); s.src.Pause() }, "pause other, resume other")
	if s.src.Flowing() {
		t.Error("Flowing() = true; want false")
	}
}

func TestPushOfNothing(t *testing.T) {
	s := flowing(t, 100)
	s.after(s.push(0), "")
	if s.reads != 2 {
		t.Errorf("%d requests to read; want 2: the push ends the first", s.reads)
	}
}

func TestPushAfterEnd(t *testing.T) {
	s := flowing(t, 100)
	s.after(func() { s.src.End(); s.src.End(); s.src.Push(1) },
		"error ERR_STREAM_PUSH_AFTER_EOF, close src")
}

func TestPushAfterDestroy(t *testing.T) {
	s := flowing(t, 100)
	s.after(func() { s.src.Destroy(stream.Fault("EX")); s.src.Push(1) }, "error EX, close src")
	if s.src.Length() != 0 || s.src.Ended() || !s.src.Destroyed() {
		t.Errorf("Length(), Ended(), Destroyed() = %d, %t, %t; want 0, false, true", s.src.Length(), s.src.Ended(), s.src.Destroyed())
	}
}

func TestReadTakesAllThatIsBuffered(t *testing.T) {
	s := flowing(t, 100)
	s.after(s.src.Pause, "pause other")
	s.after(s.push(10), "")
	s.after(s.push(20), "")
	s.after(s.src.Read, "data 30, write 30 true")
}

func TestEndWaitsForResume(t *testing.T) {
	s := flowing(t, 100)
	s.after(s.src.Pause, "pause other")
	s.after(s.src.End, "")
	s.after(s.src.Resume, "resume other, end, finish, pause unpipe, unpipe, close src, close")
}

func TestAfterData(t *testing.T) {
	s := &script{t: t}
	s.Machine = stream.New(s, stream.Rules{})
	s.src = s.NewReadable(stream.ReadableOptions{HighWaterMark: 100, Source: s, AfterData: func() { s.src.Pause() }})
	s.dsts = []*stream.Writable{s.NewWritable(stream.WritableOptions{HighWaterMark: 100, Sink: sinkFunc(func(int64, int) {})})}
	s.after(s.pipe, "pipe, resume initial")
	s.after(s.push(10), "data 10, write 10 true, pause other")
}

func TestStats(t *testing.T) {
	s := newScript(t, 50, mark(30))
	s.after(s.pipe, "pipe, resume initial")
	s.after(s.push(40), "data 40, write 40 false, pause backpressure")
	s.after(s.push(60), "")
	s.after(s.dst.Done, "drain, resume drain, data 60, write 60 false, pause backpressure")
	src := s.src.Stats()
	if src.Data != 2 || src.Bytes != 100 || src.PeakLength != 60 || src.Pauses[stream.CauseBackpressure] != 2 ||
		src.Resumes[stream.CauseInitial] != 1 || src.Resumes[stream.CauseDrain] != 1 {
		t.Errorf("src.Stats() = %+v", src)
	}
	want := stream.WritableStats{Writes: 2, WritesFalse: 2, Bytes: 100, Drains: 1, PeakLength: 60}
	if got := s.dst.Stats(); got != want {
		t.Errorf("dst.Stats() = %+v; want %+v", got, want)
	}
	if s.PeakLength() != 100 {
		t.Errorf("PeakLength() = %d; want 100: 40 in flight and 60 buffered", s.PeakLength())
	}
}
