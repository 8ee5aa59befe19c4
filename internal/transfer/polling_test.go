package transfer

import (
	"errors"
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

// deferringDisks leave something for the end, which fails at one destination.
type deferringDisks struct {
	left   int64
	failAt int
	failed error
}

func (d *deferringDisks) Fill(size int64) (int64, error) {
	n := min(size, d.left)
	if d.left -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (*deferringDisks) Flush(_ int, size int64) (int64, error) { return size, nil }
func (*deferringDisks) Drop(int)                               {}
func (*deferringDisks) Name() string                           { return "deferring disks" }
func (*deferringDisks) Close() error                           { return nil }

func (d *deferringDisks) Complete(dst int) error {
	if dst == d.failAt {
		return d.failed
	}
	return nil
}

// What fails when all seems done has failed: nobody may take the destination for
// complete.
func TestFailureAtTheEnd(t *testing.T) {
	failed := errors.New("no space left")
	for _, keepGoing := range []bool{false, true} {
		opts := marks(10, 10, 10)
		opts.KeepGoing = keepGoing
		dsts := []Destination{discarding{io.Discard}, discarding{io.Discard}}
		c := newCopy(sourceOf(0), dsts, opts, &deferringDisks{left: 30, failAt: 1, failed: failed})
		if err := c.Run(t.Context()); !errors.Is(err, failed) {
			t.Errorf("keep going: %t: Run() = %v; want %v", keepGoing, err, failed)
		}
		if keepGoing && (c.Err() != nil || c.Lost(0) != nil || !errors.Is(c.Lost(1), failed)) {
			t.Errorf("Err, Lost(0), Lost(1) = %v, %v, %v; want only the last", c.Err(), c.Lost(0), c.Lost(1))
		}
		if !keepGoing && !errors.Is(c.Err(), failed) {
			t.Errorf("Err() = %v; want %v", c.Err(), failed)
		}
	}
}
