package transfer

import (
	"io"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/conduit"
)

func TestTurnIsOver(t *testing.T) {
	var never, ends turn
	ends.begin(true)()
	for i := range 10 {
		now := time.UnixMilli(int64(i))
		if never.over(now) {
			t.Errorf("a turn of one of several goroutines is over after %d ms", i)
		}
		if got, want := ends.over(now), i%4 == 0; got != want {
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

// A copy in one goroutine has one processor, and lets others on it at every turn.
func TestTurnsGoOn(t *testing.T) {
	for name, bytes := range map[string]conduit.Conduit{
		"memory": nil, "polled": &slowDisks{left: 1000},
	} {
		synctest.Test(t, func(t *testing.T) {
			before := runtime.GOMAXPROCS(0)
			c, err := New(slowFile{sourceOf(1000)}, []Destination{discarding{io.Discard}}, marks(10, 10, 10))
			if err != nil {
				t.Fatal(err)
			}
			if bytes != nil {
				c.bytes.Close()
				c.bytes = bytes
			}
			if err := c.Run(t.Context()); err != nil {
				t.Errorf("%s: Run() = %v; want nil", name, err)
			}
			if longest := c.end.Sub(c.turn.since); longest >= longestTurn {
				t.Errorf("%s: a copy of %v ended %v after its last turn; want less than %v", name, c.Stats().Elapsed, longest, longestTurn)
			}
			if now := runtime.GOMAXPROCS(0); now != before {
				t.Errorf("%s: processors after the copy: %d; want %d as before", name, now, before)
			}
		})
	}
}
