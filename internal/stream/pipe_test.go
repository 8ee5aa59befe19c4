package stream_test

import (
	"testing"

	"bpcopy/internal/stream"
)

func TestPipeSlowestGoverns(t *testing.T) {
	s := newScript(t, 100, mark(10), mark(10))
	s.after(s.pipe, "pipe, 1:pipe, resume initial")
	s.after(s.push(10), "data 10, write 10 false, pause backpressure, 1:write 10 false")
	s.after(s.dsts[0].Done, "drain")
	s.after(s.dsts[1].Done, "1:drain, resume drain")
}

func TestPipeToAFullDestinationWaits(t *testing.T) {
	s := newScript(t, 100, mark(10))
	s.after(s.write(10), "write 10 false")
	s.after(s.pipe, "pipe, pause pipe_needdrain, resume initial")
	s.after(s.dst.Done, "drain, resume drain")
}

func TestPipeEndsItsDestination(t *testing.T) {
	s := flowing(t, 100)
	s.after(s.push(10), "data 10, write 10 true")
	s.after(s.src.End, "end, close src")
	s.after(s.dst.Done, "finish, pause unpipe, unpipe, close")
}

func TestPipeKeepsItsDestinationOpen(t *testing.T) {
	s := newScript(t, 100, mark(10))
	s.after(func() { s.src.Pipe(s.dst, stream.PipeOptions{KeepOpen: true}) }, "pipe, resume initial")
	s.after(s.src.End, "end, pause unpipe, unpipe, close src")
	if s.dst.Destroyed() {
		t.Error("Destroyed() = true; want false")
	}
}

func TestUnpipe(t *testing.T) {
	s := newScript(t, 100, mark(10), mark(10))
	s.after(s.pipe, "pipe, 1:pipe, resume initial")
	s.after(s.push(10), "data 10, write 10 false, pause backpressure, 1:write 10 false")
	s.after(s.dsts[0].Done, "drain")
	s.after(func() { s.src.Unpipe(s.dsts[1]) }, "1:unpipe, resume unpipe") // nobody is waited for now
	s.after(func() { s.ByUser(func() { s.src.Unpipe(s.dsts[0]) }) }, "pause user, unpipe")
	s.after(func() { s.src.Unpipe(s.dsts[0]); s.src.UnpipeAll() }, "")
}

func TestUnpipeAll(t *testing.T) {
	s := newScript(t, 100, mark(10), mark(10))
	s.after(s.pipe, "pipe, 1:pipe, resume initial")
	s.after(s.src.UnpipeAll, "pause unpipe, unpipe, 1:unpipe")
}

// pipe() destroys neither side when the other fails.
func TestPipeFailures(t *testing.T) {
	tests := map[string]struct {
		fail func(*script)
		want string
	}{
		"sink error":       {func(s *script) { s.dst.Fail(stream.Fault("EIO")) }, "error EIO, pause unpipe, unpipe, close"},
		"dest destroyed":   {func(s *script) { s.dst.Destroy(stream.Error{}) }, "close, pause unpipe, unpipe"},
		"source error":     {func(s *script) { s.src.Destroy(stream.Fault("ESRC")) }, "error ESRC, close src"},
		"source destroyed": {func(s *script) { s.src.Destroy(stream.Error{}) }, "close src"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := flowing(t, 100)
			s.after(s.push(10), "data 10, write 10 true")
			s.after(func() { tt.fail(s) }, tt.want)
		})
	}
}
