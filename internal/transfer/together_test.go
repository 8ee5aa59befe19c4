package transfer

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// regular is a source that is a file.
type regular struct{ Source }

func (regular) Regular() bool { return true }

// TestTwoCopiesAtOnce: whatever engines they have, copies in one process take
// the time, move the bytes and have the counts that each has alone, and leave
// the process as it was. The failure of one is not the other's.
func TestTwoCopiesAtOnce(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name    string
		sources [2]Source
		fails   bool // the second one's destination, half way
	}{
		{"a goroutine each", [2]Source{regular{sourceOf(mib)}, regular{sourceOf(mib)}}, false},
		{"several each", [2]Source{sourceOf(mib), sourceOf(mib)}, false},
		{"one and several", [2]Source{regular{sourceOf(mib)}, sourceOf(mib)}, false},
		{"one fails", [2]Source{regular{sourceOf(mib)}, regular{sourceOf(mib)}}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			before := runtime.GOMAXPROCS(0)
			dsts := [2]Destination{&checked{t: t}, &checked{t: t}}
			if tt.fails {
				dsts[1] = &failingAfter{mib / 2, broken}
			}
			var all sync.WaitGroup
			for i, dst := range dsts {
				all.Go(func() {
					opts := marks(64*kib, 64*kib, 16*kib)
					opts.Rate = 64 * kib * int64(i+1)
					got, err := run(t, tt.sources[i], dst, opts)
					if tt.fails && i == 1 {
						if err != broken || got.Written != mib/2 {
							t.Errorf("%s: Run() = %v with %d bytes; want %v with half", tt.name, err, got.Written, broken)
						}
						return
					}
					want := counted{writes: 64, writesFalse: 16, pauses: 16, drains: 16, resumes: 16, peak: 64 * kib}
					if err != nil || got.Written != mib || counts(got) != want {
						t.Errorf("%s: copy %d: %d bytes, %+v, %v; want all, %+v", tt.name, i, got.Written, counts(got), err, want)
					}
					if want := 16 * time.Second / time.Duration(i+1); got.Elapsed != want {
						t.Errorf("%s: copy %d took %v; want %v", tt.name, i, got.Elapsed, want)
					}
				})
			}
			time.Sleep(time.Second)
			during := runtime.GOMAXPROCS(0)
			all.Wait()
			if after := runtime.GOMAXPROCS(0); during != before || after != before {
				t.Errorf("%s: processors before, during and after: %d, %d, %d; want the same", tt.name, before, during, after)
			}
		})
	}
}

// A copy keeps no processor while it waits, unless the process is its own.
func TestOnlyTheOwnerOfAProcessKeepsProcessors(t *testing.T) {
	for _, own := range []bool{false, true} {
		opts := marks(10, 10, 10)
		opts.OwnProcess = own
		opts.Rate = 1
		disks := new(slowDisks)
		c := newCopy(sourceOf(0), []Destination{discarding{}}, opts, disks)
		naps := c.input.pace.nap != nil && c.outs[0].pace.nap != nil
		if got, want := fmt.Sprint(naps, disks.shared), fmt.Sprint(own, !own); got != want {
			t.Errorf("OwnProcess %v: naps, and the conduit shares: %s; want %s", own, got, want)
		}
	}
}

// TestEngine: each copy has the engine that its ends and options are for.
func TestEngine(t *testing.T) {
	file, pipe := regular{sourceOf(0)}, sourceOf(0)
	with := func(change func(*Options)) Options {
		opts := marks(10, 10, 10)
		change(&opts)
		return opts
	}
	plain := with(func(*Options) {})
	for _, tt := range []struct {
		name string
		src  Source
		dsts int
		opts Options
		want string
		one  bool // processor is enough
	}{
		{"file", file, 1, plain, "*transfer.single", true},
		{"file at a rate", file, 1, with(func(o *Options) { o.Rate = 1 }), "*transfer.single", true},
		{"stream", pipe, 1, plain, "*transfer.several", false},
		{"file to two", file, 2, plain, "*transfer.several", false},
		{"file with a script", file, 1, with(func(o *Options) { o.Producer = script(t, "stall") }), "*transfer.several", false},
		{"backpressure ignored", file, 1, with(func(o *Options) { o.IgnoreBackpressure, o.MemoryLimit = true, 1 }), "*transfer.several", false},
		{"file that is observed", file, 1, with(func(o *Options) { o.Observe = func(time.Duration, *stream.Event) {} }), "*transfer.single", false},
	} {
		dsts := make([]Destination, tt.dsts)
		for i := range dsts {
			dsts[i] = discarding{}
		}
		c, err := New(tt.src, dsts, tt.opts)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%T", c.engine); got != tt.want || c.WantsOneProcessor() != tt.one {
			t.Errorf("%s: %s, wants one processor: %v; want %s, %v", tt.name, got, c.WantsOneProcessor(), tt.want, tt.one)
		}
		if err := c.bytes.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A script may end a destination before the goroutine there has begun.
func TestEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := marks(kib, kib, kib)
		opts.Consumers = []throttle.Script{script(t, "unlimited for 1ns; close")}
		_, err := run(t, newStuck(), newStuck(), opts)
		if err == nil || err.Error() != "closed by the script" {
			t.Errorf("Run() = %v; want closed by the script", err)
		}
	})
}

// A change that comes after the end changes nothing.
func TestChangeAfterTheEnd(t *testing.T) {
	c, err := New(sourceOf(10), []Destination{&checked{t: t}}, marks(10, 10, 10))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.change(func() { t.Error("the change is made") })
	c.abort(errors.New("late"))
	if err := c.Err(); err != nil {
		t.Errorf("Err() = %v; want nil", err)
	}
}
