package transfer

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
)

func runAll(t *testing.T, src Source, dsts []Destination, opts Options) (ledger.Snapshot, error) {
	t.Helper()
	c, err := New(src, dsts, opts)
	if err != nil {
		t.Fatalf("New(%+v) = %v", opts, err)
	}
	virtual(c)
	err = c.Run(t.Context())
	return c.Stats(), err
}

func TestEveryDestinationGetsEveryByte(t *testing.T) {
	for _, n := range []int{1, 2, 8, 64} {
		synctest.Test(t, func(t *testing.T) {
			var all []*checked
			var dsts []Destination
			for i := range n {
				dst := &checked{t: t}
				all = append(all, dst)
				dsts = append(dsts, slow{dst, time.Duration(i) * time.Millisecond})
			}
			const size = 100_003
			got, err := runAll(t, sourceOf(size), dsts, marks(5000, 3000, 1000))
			if err != nil || got.Written != size {
				t.Errorf("%d destinations: Run() = %v with %d bytes written; want %d", n, err, got.Written, size)
			}
			for i, dst := range all {
				if d := got.Destinations[i]; dst.n != size || d.Bytes != size || d.Writes != 101 || d.PeakLength > 5999 {
					t.Errorf("%d destinations: destination %d took %d bytes, %+v", n, i, dst.n, d)
				}
			}
		})
	}
}

// TestOnePauseForSeveral: one pause covers every destination that is full, and
// the slowest resumes. Node's counts for the same: 12 false writes, 10 drains.
func TestOnePauseForSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dsts := []Destination{slow{&checked{t: t}, 10 * time.Millisecond}, slow{&checked{t: t}, 30 * time.Millisecond}}
		got, err := runAll(t, sourceOf(6*64), dsts, marks(64, 16*64, 64))
		if err != nil {
			t.Fatal(err)
		}
		var writesFalse int64
		for _, d := range got.Destinations {
			writesFalse += d.WritesFalse
		}
		if writesFalse != 12 || got.Drains != 10 || got.Pauses != 6 || got.Resumes != 5 {
			t.Errorf("%d false writes, %d drains, %d pauses, %d resumes; want 12, 10, 6, 5",
				writesFalse, got.Drains, got.Pauses, got.Resumes)
		}
		if want := 6 * 30 * time.Millisecond; got.Elapsed != want {
			t.Errorf("took %v; want %v, as the slowest does", got.Elapsed, want)
		}
	})
}

func TestAFailingDestinationEndsTheCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		// The one that fails takes a moment for it, or it might end the copy before the
		// other one has taken up its second chunk.
		dsts := []Destination{slow{&checked{t: t}, time.Second}, slow{&failingAfter{1500, broken}, time.Millisecond}}
		got, err := runAll(t, sourceOf(mib), dsts, marks(kib, kib, kib))
		if err != broken {
			t.Errorf("Run() = %v; want %v", err, broken)
		}
		if got := fmt.Sprint(got.Destinations[0].Bytes, got.Destinations[1].Bytes); got != "2048 1500" {
			t.Errorf("bytes taken: %s; want 2048 1500", got)
		}
	})
}

func TestKeepGoing(t *testing.T) {
	broken, gone := errors.New("broken"), errors.New("gone")
	for _, tt := range []struct {
		name string
		dsts func(t *testing.T) []Destination
		want error
	}{
		{"one is lost", func(t *testing.T) []Destination {
			return []Destination{&checked{t: t}, &failingAfter{1500, broken}, slow{&checked{t: t}, time.Millisecond}}
		}, broken},
		{"the slow one is lost", func(t *testing.T) []Destination {
			return []Destination{slow{&failingAfter{1500, broken}, time.Second}, &checked{t: t}}
		}, broken},
		{"all are lost", func(*testing.T) []Destination {
			return []Destination{&failingAfter{1500, broken}, &failingAfter{10_000, gone}}
		}, errors.Join(broken, gone)},
		{"none is lost", func(t *testing.T) []Destination {
			return []Destination{&checked{t: t}, &checked{t: t}}
		}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			const size = 100_000
			opts := marks(kib, kib, kib)
			opts.KeepGoing = true
			dsts := tt.dsts(t)
			told := make([]error, len(dsts)) // each entry belongs to its destination's goroutine
			var c *Copy                      // for Dropped, which is called while it runs
			opts.Dropped = func(dst int, err error) {
				c.Stats() // the lock is free
				told[dst] = errors.Join(told[dst], err)
			}
			c, err := New(sourceOf(size), dsts, opts)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Run(t.Context()); fmt.Sprint(err) != fmt.Sprint(tt.want) {
				t.Errorf("%s: Run() = %v; want %v", tt.name, err, tt.want)
			}
			if err := errors.Join(told...); fmt.Sprint(err) != fmt.Sprint(tt.want) {
				t.Errorf("%s: Dropped was told %v; want %v", tt.name, err, tt.want)
			}
			for i, dst := range dsts {
				if s, ok := dst.(slow); ok {
					dst = s.Destination
				}
				_, whole := dst.(*checked)
				if lost := c.Lost(i); whole != (lost == nil) || whole && c.Stats().Destinations[i].Bytes != size {
					t.Errorf("%s: destination %d took %d bytes, Lost() = %v", tt.name, i, c.Stats().Destinations[i].Bytes, lost)
				}
			}
		})
	}
}
