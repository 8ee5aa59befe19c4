package conduit

import (
	"testing"
	"time"
)

// Small pieces that soon come are left to gather, until none come or large ones do.
func TestLull(t *testing.T) {
	out, in := newPipe(t)
	conn, _ := file{File: out}.SyscallConn()
	var fd int
	conn.Control(func(open uintptr) { fd = int(open) })
	p := newProducer(file{File: out}, fd, file{File: newFile(t, nil)})
	if p.measure(); p.room < 4096 {
		t.Fatalf("room of a pipe = %d", p.room)
	}
	ago := func(d time.Duration) { p.looked = time.Now().Add(-d) }
	step := func(what string, got int64, since time.Duration, want bool) {
		t.Helper()
		p.got = got
		ago(since)
		if lull := p.lull(); (lull > 0) != want || lull > longestLull {
			t.Errorf("%s: lull() = %v; want one: %t", what, lull, want)
		}
	}
	step("nothing has come yet", 0, time.Hour, false)
	p.comes(true)
	step("a piece came soon", 4096, time.Millisecond, true)
	step("there was more after a lull", 20_000, time.Second, true)
	step("there was nothing after a lull", 0, time.Millisecond, false)
	ago(time.Hour)
	p.comes(true)
	step("a piece came late", 4096, time.Millisecond, false)
	ago(0)
	p.comes(true)
	step("a large piece came soon", smallPiece, time.Second, false)
	ago(0)
	p.comes(true)
	step("as much comes as fills the pipe", p.room/2, time.Microsecond, false)
	if p := newProducer(file{File: out}, fd, file{File: in}); p.room != 0 {
		t.Errorf("room where a consumer waits = %d; want 0: nothing may wait", p.room)
	}
}
