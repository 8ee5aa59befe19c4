package stream_test

import (
	"fmt"
	"testing"

	"bpcopy/internal/stream"
)

// staged is a script with a stage whose calls stay open until the test answers.
type staged struct {
	*script
	stage *stream.Transform
	asked []string // what the stage was asked: bytes, or "flush"
}

func newStaged(t *testing.T, in, out int64) *staged {
	s := &staged{script: newScript(t, 100, mark(10))}
	s.stage = s.Machine.NewTransform(stream.TransformOptions{HighWaterMark: in, ReadableHighWaterMark: out, Transformer: s})
	return s
}

func (s *staged) Transform(bytes int64) { s.asked = append(s.asked, fmt.Sprint(bytes)) }
func (s *staged) Flush()                { s.asked = append(s.asked, "flush") }

// done answers the stage's call with chunks of these sizes.
func (s *staged) done(sizes ...int64) func() {
	return func() {
		for _, size := range sizes {
			s.stage.Out().Push(size)
		}
		s.stage.Transformed(stream.Error{})
	}
}

func (s *staged) wantAsked(want ...string) {
	s.t.Helper()
	if fmt.Sprint(s.asked) != fmt.Sprint(want) {
		s.t.Errorf("the stage was asked %q; want %q", s.asked, want)
	}
}

// Nobody reads: the readable side fills to its mark, and then the stage takes no
// more in, until somebody reads.
func TestTransformHoldsWhatFillsIt(t *testing.T) {
	s := newStaged(t, 20, 15)
	in, out := s.stage.In(), s.stage.Out()
	for _, want := range []bool{true, false, false} {
		if got := in.Write(10); got != want {
			t.Errorf("Write() with %d bytes in = %t; want %t", in.Length(), got, want)
		}
	}
	s.after(s.done(10), "") // below the mark: the next one
	s.wantAsked("10", "10")
	s.after(s.done(10), "") // at 20, above the mark of 15
	s.wantAsked("10", "10")
	if in.Length() != 20 || out.Length() != 20 {
		t.Errorf("lengths = %d in, %d out; want 20, 20: what is held counts in both", in.Length(), out.Length())
	}
	s.after(out.Read, "data 20")
	s.wantAsked("10", "10", "10")
	s.after(s.done(), "drain")
}

// A chunk for which nothing comes out makes no one wait.
func TestTransformSwallows(t *testing.T) {
	s := newStaged(t, 100, 0)
	in := s.stage.In()
	in.Write(10)
	in.Write(10)
	s.after(s.done(), "")
	s.wantAsked("10", "10")
}

func TestTransformFlushes(t *testing.T) {
	s := newStaged(t, 100, 100)
	s.after(func() { s.stage.Out().Pipe(s.dst, stream.PipeOptions{}) }, "pipe, resume initial")
	s.after(func() { s.stage.In().Write(5); s.stage.In().End() }, "write 5 true")
	s.after(s.done(5), "data 5, write 5 true")
	s.wantAsked("5", "flush")
	s.after(func() { s.stage.Out().Push(3); s.stage.Flushed(stream.Error{}) }, "data 3, write 3 true, end, finish, close")
}

func TestTransformFails(t *testing.T) {
	s := newStaged(t, 100, 100)
	l := s.Machine.PipelineThrough(s.src, []*stream.Transform{s.stage}, s.dst)
	s.Settle()
	s.after(s.push(10), "data 10, write 10 true")
	s.after(func() { s.stage.Transformed(stream.Fault("EBAD")) },
		"error EBAD, pause unpipe, unpipe, close, error EBAD, close src, error EBAD, pause unpipe, unpipe, close, callback EBAD")
	s.after(l.Abort, "") // too late
}

func TestFinalComesBeforeFinish(t *testing.T) {
	asked := 0
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 10, Final: func() { asked++ }})
	s.after(func() { s.dst.Write(5); s.dst.End() }, "write 5 true")
	if asked != 0 {
		t.Error("the last work is asked for before all is written")
	}
	s.after(s.dst.Done, "")
	if asked != 1 {
		t.Errorf("the last work is asked for %d times; want 1", asked)
	}
	s.after(func() { s.dst.Finalized(stream.Error{}) }, "finish, close")
}

func TestFinalFails(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 10, Final: func() {}})
	s.after(s.dst.End, "")
	s.after(func() { s.dst.Finalized(stream.Fault("EIO")) }, "error EIO, close")
}

// Who writes by hand hears one drain, behind those who waited before.
func TestOnDrainCallsOnce(t *testing.T) {
	s := newScript(t, 0, mark(10))
	calls := 0
	s.dst.Write(10)
	s.dst.OnDrain(func() { calls++ })
	for range 2 {
		s.after(s.dst.Done, "drain")
		s.dst.Write(10)
	}
	if calls != 1 {
		t.Errorf("called %d times; want once", calls)
	}
}

func TestObjectsCountChunks(t *testing.T) {
	s := newScript(t, 0, stream.WritableOptions{HighWaterMark: 2, Objects: true, Writev: true})
	s.after(s.write(1000, 0, 7), "write 1000 true, write 0 false, write 7 false")
	s.wantLength(3)
	s.after(s.dst.Done, "")
	s.wantSinks("1000/1", "7/2")
	s.after(s.dst.Done, "drain")
}
