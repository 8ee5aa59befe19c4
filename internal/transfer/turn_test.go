package transfer

import (
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// watchful is a file of which every read looks whether another goroutine has run
// since the one before.
type watchful struct {
	io.Reader
	others *atomic.Int64 // how often one has run
	last   int64
	alone  int // how many reads found that none has
}

func (*watchful) Cancel()       {}
func (*watchful) Regular() bool { return true }

func (s *watchful) Read(p []byte) (int, error) {
	now := s.others.Load()
	if now == s.last {
		s.alone++
	}
	s.last = now
	return s.Reader.Read(p)
}

// A copy that never waits has one processor, and lets others on it after each
// chunk: the display, and the runtime's monitor, to which it would otherwise seem
// to have run too long.
func TestOthersRunBetweenChunks(t *testing.T) {
	var others atomic.Int64
	var quit atomic.Bool
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for !quit.Load() {
			others.Add(1)
			runtime.Gosched()
		}
	}()
	for others.Load() == 0 {
		runtime.Gosched()
	}
	before := runtime.GOMAXPROCS(0)
	src := &watchful{Reader: sourceOf(1000), others: &others}
	_, err := run(t, src, discarding{io.Discard}, marks(10, 10, 10))
	quit.Store(true)
	<-gone
	if err != nil || src.alone > 50 { // the scheduler need not take turns to the letter
		t.Errorf("Run() = %v; no other goroutine has run before %d of 100 chunks; want nil, a few at most", err, src.alone)
	}
	if now := runtime.GOMAXPROCS(0); now != before {
		t.Errorf("processors after the copy: %d; want %d as before", now, before)
	}
}

// Where events are observed, a turn is of many chunks; where two goroutines copy,
// it never ends.
func TestTurnIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var never, each, long turn
		each.begin(false)()
		long.begin(true)()
		for i := range 10 {
			if never.over() || !each.over() {
				t.Errorf("turns after chunk %d: over %v, %v; want false, true", i, never.over(), each.over())
			}
			if got, want := long.over(), i%4 == 0; got != want {
				t.Errorf("an observed turn after %d ms: over %v; want %v", i, got, want)
			}
			time.Sleep(time.Millisecond)
		}
	})
}
