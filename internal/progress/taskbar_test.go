package progress

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// sequences returns the sequences of the taskbar that were written, and when.
func (s *screen) sequences() (all []string) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, wrote := range s.wrote {
		at, text, _ := strings.Cut(wrote, " ")
		if sequence, ok := strings.CutPrefix(text, "\x1b]9;4;"); ok {
			all = append(all, at+" "+strings.TrimSuffix(sequence, "\x1b\\"))
		}
	}
	s.wrote = nil
	return all
}

// wantSequences reports where the sequences of the taskbar differ.
func (s *screen) wantSequences(t *testing.T, want ...string) {
	t.Helper()
	if got := strings.Join(s.sequences(), ", "); got != strings.Join(want, ", ") {
		t.Errorf("the taskbar got %s; want %s", got, strings.Join(want, ", "))
	}
}

// The taskbar is told only what changes, and cleared at the end.
func TestTaskbar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		c.stuck, c.freed = 300*time.Millisecond, 5*time.Second
		opts := barOptions(out, c)
		opts.Taskbar = true
		d := New(opts)
		d.Start()
		time.Sleep(5250 * time.Millisecond)
		out.wantSequences(t, "100ms 1;0", "200ms 1;1", "300ms 1;2", "1.3s 4;2", "5s 1;2", "5.1s 1;3", "5.2s 1;5")
		d.Stop(Failed)
		out.wantSequences(t, "5.25s 0;0")
		d.ClearTaskbar()
		out.wantSequences(t)
	})
}

func TestTaskbarWithoutSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		c.size, c.stuck, c.freed = -1, 300*time.Millisecond, time.Hour
		opts := barOptions(out, c)
		opts.Taskbar = true
		d := New(opts)
		d.Start()
		time.Sleep(time.Minute)
		out.wantSequences(t, "100ms 3;0", "1.3s 4;100")
		d.ClearTaskbar() // the program is about to end without Stop
		time.Sleep(time.Second)
		out.wantSequences(t, "1m0s 0;0")
		d.Stop(Interrupted)
		out.wantSequences(t)
	})
}

// A copy that is over at once shows nothing there.
func TestTaskbarShortCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		opts := barOptions(out, steady())
		opts.Taskbar = true
		d := New(opts)
		d.Start()
		time.Sleep(99 * time.Millisecond)
		d.Stop(Finished)
		out.wantSequences(t)
	})
}

// In the background nothing is drawn but what must be said, and the taskbar is
// left alone.
func TestDisplayInBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		var foreground atomic.Bool
		opts := barOptions(out, steady())
		opts.Taskbar, opts.Foreground = true, foreground.Load
		d := New(opts)
		d.Start()
		time.Sleep(250 * time.Millisecond)
		d.Println("bpcopy: a warning")
		out.want(t, "250ms bpcopy: a warning\n")
		foreground.Store(true)
		time.Sleep(100 * time.Millisecond)
		out.want(t,
			ansi("300ms", "disk.img   2%       0:10 p     3 d     2 r     2 █         "),
			"300ms \x1b]9;4;1;2\x1b\\")
		foreground.Store(false)
		time.Sleep(time.Second)
		out.want(t)
		d.Stop(Finished)
		out.want(t, "1.35s \x1b]9;4;0;0\x1b\\")
	})
}
