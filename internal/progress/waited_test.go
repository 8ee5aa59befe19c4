package progress

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
)

// waiting is a copy in which who is waited for changes after some seconds.
func waiting(start time.Time, first ledger.Holder, until time.Duration, then ledger.Holder) func() Sample {
	return func() Sample {
		now := time.Since(start)
		s := Sample{Snapshot: ledger.Snapshot{Elapsed: now, LastMoved: time.Now(), Written: int64(now)}, Size: -1}
		s.Waits.Until(min(now, until), first)
		s.Waits.Until(now, then)
		return s
	}
}

// A frame tells who was waited for in the last 3 s.
func TestWaitedWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		d := New(Options{Poll: waiting(start, ledger.BySource, 10*time.Second, ledger.ByDestination)})
		for _, tt := range []struct {
			after time.Duration
			want  Waited
		}{
			{0, Waited{}},
			{time.Second, Waited{ledger.BySource, 1}},
			{10 * time.Second, Waited{ledger.BySource, 1}},
			{11 * time.Second, Waited{ledger.BySource, 2. / 3}},
			{12 * time.Second, Waited{ledger.ByDestination, 2. / 3}},
			{13 * time.Second, Waited{ledger.ByDestination, 1}},
			{time.Hour, Waited{ledger.ByDestination, 1}},
		} {
			for time.Since(start) < tt.after {
				time.Sleep(100 * time.Millisecond)
				if got := d.snapshot().Waited; time.Since(start) == tt.after && got != tt.want {
					t.Errorf("after %v: %+v; want %+v", tt.after, got, tt.want)
				}
			}
		}
		if got, most := len(d.waits), int(waitsWindow/resolution)+2; got > most {
			t.Errorf("the display keeps %d moments; want at most %d", got, most)
		}
	})
}

// A status line that is asked for tells who was waited for since the one before.
func TestWaitedStatusLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New(Options{Poll: waiting(time.Now(), ledger.BySource, 10*time.Second, ledger.ByLimit)})
		for _, want := range []string{" waits=src:100%", " waits=lim:75%", " waits=lim:100%"} {
			time.Sleep(8 * time.Second)
			if got := d.StatusLine(); !strings.HasSuffix(got, want) {
				t.Errorf("after %v: StatusLine() = %q; want it to end with %q", time.Since(d.opts.Start), got, want)
			}
		}
	})
}

// The last frame tells of the whole copy: its mean rate, its time, and who was
// waited for in all of it.
func TestLastFrame(t *testing.T) {
	for outcome, want := range map[Outcome]string{
		Finished:    "2.00 GiB        102.4 MiB/s    20s p     0 d     0 r     0            src  90%",
		Failed:      "2.00 GiB        failed after 20s   p     0 d     0 r     0            src  90%",
		Interrupted: "2.00 GiB        interrupted 20s    p     0 d     0 r     0            src  90%",
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			poll := waiting(start, ledger.BySource, 18*time.Second, ledger.ByDestination)
			out := newScreen()
			d := New(Options{Out: out, Mode: ModeBar, ANSI: true, UTF8: true, Poll: func() Sample {
				s := poll()
				s.Written = 2 << 30
				return s
			}})
			d.Start()
			time.Sleep(20 * time.Second)
			synctest.Wait()
			out.mu.Lock()
			out.wrote = nil
			out.mu.Unlock()
			d.Stop(outcome)
			out.want(t, ansiLast("20s", want))
		})
	}
}
