package transfer

import (
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestTurnIsOver(t *testing.T) {
	var turn turn
	for i := range 10 {
		if got, want := turn.over(time.UnixMilli(int64(i))), i%4 == 0; got != want {
			t.Errorf("a turn is over at %d ms: %v; want %v", i, got, want)
		}
	}
}

// slowFile takes 1 ms for each read.
type slowFile struct{ io.Reader }

func (slowFile) Cancel()       {}
func (slowFile) Regular() bool { return true }

func (f slowFile) Read(p []byte) (int, error) {
	time.Sleep(time.Millisecond)
	return f.Reader.Read(p)
}

// A copy in one goroutine lets others on its processor at every turn. It wants
// no other, but leaves them alone: they are for whoever owns the process.
func TestTurnsGoOn(t *testing.T) {
	ends := func() (Source, []Destination) {
		return slowFile{sourceOf(1000)}, []Destination{discarding{io.Discard}}
	}
	for name, prepare := range map[string]func() (*Copy, error){
		"memory": func() (*Copy, error) {
			src, dsts := ends()
			return New(src, dsts, marks(10, 10, 10))
		},
		"polled": func() (*Copy, error) {
			src, dsts := ends()
			return newCopy(src, dsts, marks(10, 10, 10), &slowDisks{left: 1000}), nil
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			before := runtime.GOMAXPROCS(0)
			c, err := prepare()
			if err != nil {
				t.Fatal(err)
			}
			if !c.WantsOneProcessor() {
				t.Errorf("%s: WantsOneProcessor() = false; want true", name)
			}
			var during atomic.Int64
			time.AfterFunc(5*time.Millisecond, func() { during.Store(int64(runtime.GOMAXPROCS(0))) })
			if err := c.Run(t.Context()); err != nil {
				t.Errorf("%s: Run() = %v; want nil", name, err)
			}
			if longest := c.end.Sub(lastTurn(t, c)); longest >= longestTurn {
				t.Errorf("%s: a copy of %v ended %v after its last turn; want less than %v", name, c.Stats().Elapsed, longest, longestTurn)
			}
			if during.Load() != int64(before) {
				t.Errorf("%s: processors during the copy: %d; want %d as before", name, during.Load(), before)
			}
		})
	}
}

// lastTurn is when the last turn of a copy in one goroutine began.
func lastTurn(t *testing.T, c *Copy) time.Time {
	t.Helper()
	switch engine := c.engine.(type) {
	case *single:
		return engine.turn.since
	case *polling:
		return engine.turn.since
	}
	t.Fatalf("the engine is a %T; want one that takes turns", c.engine)
	return time.Time{}
}
