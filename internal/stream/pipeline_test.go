package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

// piped is a script whose pipeline has taken one chunk, which is in flight.
func piped(t *testing.T, dsts ...stream.WritableOptions) (*script, *stream.Pipeline) {
	s := newScript(t, 100, dsts...)
	l := s.Machine.Pipeline(s.src, s.dsts...)
	s.Settle()
	s.src.Push(10)
	s.Settle()
	return s, l
}

func TestPipelineSuccess(t *testing.T) {
	s, _ := piped(t, mark(100))
	s.after(s.src.End, "end, pause unpipe, unpipe, close src")
	s.after(s.dst.Done, "finish, close, callback ")
}

func TestPipelineOfTwoDestinations(t *testing.T) {
	s, _ := piped(t, mark(100), mark(100))
	s.after(s.src.End, "end, unpipe, pause unpipe, 1:unpipe, close src")
	s.after(s.dsts[1].Done, "1:finish, 1:close")
	s.after(s.dsts[0].Done, "finish, close, callback ")
}

func TestPipelineFailures(t *testing.T) {
	tests := map[string]struct {
		fail func(*script, *stream.Pipeline)
		want string
	}{
		"sink error": {func(s *script, _ *stream.Pipeline) { s.dst.Fail(stream.Fault("EIO")) },
			"error EIO, pause unpipe, unpipe, close, error EIO, close src, callback EIO"},
		"dest destroyed": {func(s *script, _ *stream.Pipeline) { s.dst.Destroy(stream.Error{}) },
			"close, pause unpipe, unpipe, error ERR_STREAM_PREMATURE_CLOSE, close src, callback ERR_STREAM_PREMATURE_CLOSE"},
		"source error": {func(s *script, _ *stream.Pipeline) { s.src.Destroy(stream.Fault("ESRC")) },
			"error ESRC, close src, error ESRC, pause unpipe, unpipe, close, callback ESRC"},
		"source destroyed": {func(s *script, _ *stream.Pipeline) { s.src.Destroy(stream.Error{}) },
			"close src, error ERR_STREAM_PREMATURE_CLOSE, pause unpipe, unpipe, close, callback ERR_STREAM_PREMATURE_CLOSE"},
		"aborted": {func(_ *script, l *stream.Pipeline) { l.Abort() },
			"error ABORT_ERR, close src, error ABORT_ERR, pause unpipe, unpipe, close, callback ABORT_ERR"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s, l := piped(t, mark(100))
			s.after(func() { tt.fail(s, l) }, tt.want)
		})
	}
}

// What two destinations have not in Node: the first failure destroys the other
// one as well.
func TestPipelineOneOfTwoDestinationsFails(t *testing.T) {
	s, _ := piped(t, mark(100), mark(100))
	s.after(func() { s.dsts[1].Fail(stream.Fault("EIO")) }, "1:error EIO, 1:unpipe, 1:close, error EIO, close src, "+
		"error EIO, pause unpipe, unpipe, close, callback EIO")
}

func TestPipelineOfAnEndedSource(t *testing.T) {
	s := newScript(t, 100, mark(100))
	s.after(s.src.End, "")
	s.after(func() { s.Machine.Pipeline(s.src, s.dst) },
		"pipe, resume initial, end, pause unpipe, unpipe, finish, close src, close, callback ")
}

// A failure that is known before the close tells more than that it was early.
func TestPipelineKeepsTheTellingError(t *testing.T) {
	s, _ := piped(t, mark(100))
	s.after(func() { s.dst.Destroy(stream.Error{}); s.dst.Fail(stream.Fault("EIO")) },
		"close, pause unpipe, unpipe, error ERR_STREAM_PREMATURE_CLOSE, close src, callback EIO")
}

func TestPipelineOfASourceDestroyedAtItsEnd(t *testing.T) {
	s, _ := piped(t, mark(100))
	s.after(func() { s.src.End(); s.src.Destroy(stream.Error{}) }, "end, pause unpipe, unpipe, close src")
	s.after(s.dst.Done, "finish, close, callback ")
}
