package transfer

import (
	"errors"
	"io"
	"testing"
	"time"

	"bpcopy/internal/conduit"
	"bpcopy/internal/ledger"
	"bpcopy/internal/throttle"
)

// fitful is a conduit whose source has everything at once, and whose destination
// takes so much and then nothing until somebody waits.
type fitful struct {
	tried
}

// tried is fitful for who does not wait.
type tried struct{ left, room, refill int64 }

func (f *tried) TryFill(size int64) (int64, error) {
	n := min(size, f.left)
	if f.left -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (f *tried) TryFlush(size int64) (int64, error) {
	n := min(size, f.room)
	f.room -= n
	return n, nil
}

func (*tried) Drop(int)     {}
func (*tried) Name() string { return "fitful" }
func (*tried) Close() error { return nil }

func (f *fitful) Wait(bool, bool, time.Duration) error { f.room = f.refill; return nil }
func (*fitful) Wake()                                  {}
func (*fitful) Share()                                 {}

// inTurns gives a copy turns of so many moves until it is over.
func inTurns(t *testing.T, c *Turns, f *tried, most int) ledger.Snapshot {
	t.Helper()
	c.Begin()
	for {
		in, over := c.Turn(most)
		switch {
		case over:
			if err := c.End(); err != nil {
				t.Errorf("End() = %v", err)
			}
			return c.Stats()
		case in == conduit.Forever:
			f.room = f.refill
		case in > 0:
			t.Fatalf("a copy without a script wants a turn in %v", in)
		}
	}
}

// TestTurnsCountAlike: the counts do not depend on which engine serves the same
// ends, or on how long its turns are.
func TestTurnsCountAlike(t *testing.T) {
	for _, z := range []struct{ size, refill, h, l, r, s int64 }{
		{1 * mib, 10 * kib, 64 * kib, 0, 64 * kib, 16 * kib},
		{1 * mib, 100 * kib, 64 * kib, 0, 64 * kib, 16 * kib},
		{1*mib + 1, 7, 100 * kib, 50 * kib, kib, 30 * kib},
		{100, 3, 10, 0, 20, 4}, {100, 3, 10, 4, 20, 4}, {0, 1, 1, 0, 1, 1}, {1, 1, 1, 0, 1, 1},
	} {
		opts := marks(z.h, z.r, z.s)
		opts.LowWaterMark = z.l
		polled := newCopy(sourceOf(0), []Destination{discarding{io.Discard}}, opts, &fitful{tried{left: z.size, refill: z.refill}})
		if err := polled.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := counts(polled.Stats())
		for _, most := range []int{1, 2, 1000} {
			var totals Totals
			brief := opts
			brief.Totals = &totals
			f := &tried{left: z.size, refill: z.refill}
			c, err := NewTurns(sourceOf(0), discarding{io.Discard}, f, &brief, func() {})
			if err != nil {
				t.Fatal(err)
			}
			s := inTurns(t, c, f, most)
			if got := counts(s); got != want {
				t.Errorf("%+v, %d moves a turn: %+v; want %+v", z, most, got, want)
			}
			if totals.Read.Load() != z.size || totals.Written.Load() != z.size || totals.Pauses.Load() != s.Pauses ||
				totals.Drains.Load() != s.Drains || totals.Resumes.Load() != s.Resumes {
				t.Errorf("%+v: the totals are not those of the only copy: %+v", z, s)
			}
		}
	}
}

// TestTurnsStall: in a stall, nothing is read beyond what has paused the source.
// The scripts start when they are told to.
func TestTurnsStall(t *testing.T) {
	opts := marks(10, 100, 4)
	opts.LateScripts = true
	opts.Consumers = []throttle.Script{script(t, "stall")}
	f := &tried{left: 100, refill: 100}
	c, err := NewTurns(sourceOf(0), discarding{io.Discard}, f, &opts, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Stall(time.Now()); ok {
		t.Error("there is a stall before the script has started")
	}
	c.Begin()
	c.BeginScripts()
	in, over := c.Turn(1000)
	if in != conduit.Forever || over {
		t.Errorf("Turn() = %v, %t; want nothing until something comes", in, over)
	}
	if read, written := c.Moved(); read != 12 || written != 0 {
		t.Errorf("%d bytes read, %d written; want 12, which have paused the source, and none", read, written)
	}
	if !c.Held() {
		t.Error("the copy is not held by its script")
	}
	if s, ok := c.Stall(time.Now()); !ok || !s.Until.IsZero() {
		t.Errorf("Stall(now) = %v, %t; want one without an end", s, ok)
	}
	stop := errors.New("stop")
	c.Abort(stop)
	if _, over := c.Turn(1); !over {
		t.Error("it is not over")
	}
	if err := c.End(); err != stop {
		t.Errorf("End() = %v; want %v", err, stop)
	}
	if got := c.Stats().Pauses; got != 1 {
		t.Errorf("%d pauses; want 1", got)
	}
}
