package transfer

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/side"
)

// slowDisks is a conduit between two files, of which no read and no write is to
// wait, and each takes a second.
type slowDisks struct {
	left   int64
	shared bool
}

func (d *slowDisks) TryFill(size int64) (int64, error) {
	time.Sleep(time.Second)
	n := min(size, d.left)
	if d.left -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (*slowDisks) TryFlush(size int64) (int64, error) {
	time.Sleep(time.Second)
	return size, nil
}

func (*slowDisks) Wait(bool, bool, time.Duration) error { panic("there is always something to do") }
func (*slowDisks) Wake()                                {}
func (d *slowDisks) Share()                             { d.shared = true }
func (*slowDisks) Drop(int)                             {}
func (*slowDisks) Name() string                         { return "slow disks" }
func (*slowDisks) Close() error                         { return nil }

// A disk that does not answer is the side that is waited for, although nobody
// asks whether it is ready.
func TestSlowDiskIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCopy(sourceOf(0), []Destination{discarding{io.Discard}}, marks(10, 10, 10), &slowDisks{left: 10})
		ended := make(chan error)
		go func() { ended <- c.Run(t.Context()) }()
		time.Sleep(500 * time.Millisecond)
		for i, want := range []side.Side{side.Source, side.Source, side.Destination} { // the chunk, the end, the chunk
			if got := c.Stats().WaitingFor; got != want {
				t.Errorf("after %d.5 s the copy waits for the %v; want the %v", i, got, want)
			}
			time.Sleep(time.Second)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
