package progress

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestDisplayBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		d := New(barOptions(out, steady()))
		d.Start()
		out.want(t, ansi("0s", "disk.img   0%       -:-- p     3 d     2 r     2 █         "))
		time.Sleep(250 * time.Millisecond)
		out.want(t,
			ansi("100ms", "disk.img   0%       0:10 p     3 d     2 r     2 █         "),
			ansi("200ms", "disk.img   1%       0:10 p     3 d     2 r     2 █         "))
		d.Stop(Interrupted)
		out.want(t, ansiLast("250ms", "disk.img   1%            p     3 d     2 r     2 █ signal  "))
		d.Stop(Finished)
		time.Sleep(time.Minute)
		out.want(t)
	})
}

func TestDisplayStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		c.stuck, c.freed = 3*time.Second, 10*time.Minute
		opts := barOptions(out, c)
		opts.Interval, opts.Colour = time.Second/2, true
		opts.Columns = func() int { return 80 }
		d := New(opts)
		d.Start()
		time.Sleep(2900 * time.Millisecond)
		out.want(t,
			ansi("0s", "disk.img   0% |        |       0 B/s   -:-- p     3 d     2 r     2 █         "),
			ansi("500ms", "disk.img   5% |▍       |   1.0 MiB/s   0:10 p     3 d     2 r     2 █         "),
			ansi("1s", "disk.img  10% |▊       |   1.0 MiB/s   0:09 p     3 d     2 r     2 █         "),
			ansi("1.5s", "disk.img  15% |█▏      |   1.0 MiB/s   0:09 p     3 d     2 r     2 █         "),
			ansi("2s", "disk.img  20% |█▌      |   1.0 MiB/s   0:08 p     3 d     2 r     2 █         "),
			ansi("2.5s", "disk.img  25% |██      |   1.0 MiB/s   0:08 p     3 d     2 r     2 █         "))
		time.Sleep(1700 * time.Millisecond) // to 4.6 s
		out.want(t,
			ansi("3s", "disk.img  30% |██▍     |   1.0 MiB/s   0:07 p     3 d     2 r     2 █         "),
			ansi("3.5s", "disk.img  30% |██▍     |   1.0 MiB/s   0:07 p     3 d     2 r     2 █         "),
			ansi("4s", "disk.img  30% |██▍     | \x1b[33mstalled 1.0s dst  \x1b[m p     3 d     2 r     2 █         "),
			ansi("4.5s", "disk.img  30% |██▍     | \x1b[33mstalled 1.5s dst  \x1b[m p     3 d     2 r     2 █         "))
		time.Sleep(10*time.Minute - 4600*time.Millisecond - time.Millisecond)
		out.mu.Lock()
		out.wrote = out.wrote[len(out.wrote)-1:]
		out.mu.Unlock()
		out.want(t, ansi("9m59.5s", "disk.img  30% |██▍     | \x1b[33mstalled 9m56s dst \x1b[m p     3 d     2 r     2 █         "))
		time.Sleep(1600 * time.Millisecond)
		out.want(t,
			ansi("10m0s", "disk.img  30% |██▍     | 341.3 KiB/s   0:21 p     3 d     2 r     2 █         "),
			ansi("10m0.5s", "disk.img  35% |██▊     | 256.0 KiB/s   0:26 p     3 d     2 r     2 █         "),
			ansi("10m1s", "disk.img  40% |███▏    |   1.0 MiB/s   0:06 p     3 d     2 r     2 █         "),
			ansi("10m1.5s", "disk.img  45% |███▌    |   1.0 MiB/s   0:06 p     3 d     2 r     2 █         "))
		d.Stop(Failed)
		out.want(t, ansiLast("10m1.599s", "disk.img  45% |███▌    | \x1b[31mfailed after 10:02\x1b[m p     3 d     2 r     2 █         "))
	})
}

func TestDisplayWithoutANSI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		opts := barOptions(out, c)
		var columns atomic.Int64
		columns.Store(50)
		opts.ANSI, opts.UTF8, opts.Colour = false, false, true
		opts.Columns = func() int { return int(columns.Load()) }
		d := New(opts)
		d.Start()
		time.Sleep(150 * time.Millisecond)
		columns.Store(30)
		time.Sleep(100 * time.Millisecond)
		columns.Store(40)
		d.Println("bpcopy: a warning")
		out.want(t,
			"0s \rdisk.img   0% p     3 d     2 r     2 9         \r",
			"100ms \rdisk.img   0% p     3 d     2 r     2 9         \r",
			"200ms \r  1% p     3 d     2 r     2 \r",
			"250ms \r                            \rbpcopy: a warning\n",
			"250ms \r  1% p     3 d     2 r     2 9         \r")
		d.Stop(Failed)
		out.want(t, "250ms \r  1% p     3 d     2 r     2 9 failed  \n")
	})
}

// TestDisplayResize has the terminal change its width under the bar.
func TestDisplayResize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		var columns atomic.Int64
		columns.Store(60)
		opts := barOptions(out, steady())
		opts.Columns = func() int { return int(columns.Load()) }
		d := New(opts)
		d.Start()
		out.want(t, ansi("0s", "disk.img   0%       -:-- p     3 d     2 r     2 █         "))
		columns.Store(40)
		time.Sleep(100 * time.Millisecond)
		// The line of 48 cells may have been broken: all of it is erased.
		out.want(t, "100ms \r\x1b[J\x1b[?7l  0% p     3 d     2 r     2 █         \x1b[K\x1b[?7h\r")
		columns.Store(0) // unknown
		time.Sleep(100 * time.Millisecond)
		out.want(t, ansi("200ms", "disk.img   1% |▏       |   1.0 MiB/s   0:10 p     3 d     2 r     2 █         "))
		columns.Store(40)
		d.Println("bpcopy: a warning")
		out.want(t,
			"200ms \r\x1b[J\x1b[?7l\x1b[K\x1b[?7h\rbpcopy: a warning\n",
			ansi("200ms", "  1% p     3 d     2 r     2 █         "))
		columns.Store(20)
		d.Stop(Failed)
		out.want(t, "200ms \r\x1b[J\x1b[?7l  1% █ failed  \x1b[K\x1b[?7h\n")
	})
}

func TestDisplayPlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		c.stuck, c.freed = 6*time.Second, 13*time.Second
		d := New(Options{Out: out, Poll: c.poll, Start: c.start, Name: "disk.img", Mode: ModePlain, ANSI: true})
		d.Start()
		time.Sleep(5*time.Second - 1)
		out.want(t)
		time.Sleep(10 * time.Second)
		out.want(t,
			"5s bpcopy: disk.img 50% 5MiB 1MiB/s eta=5s pause=3 drain=2 resume=2 buffered=62KiB\n",
			"10s bpcopy: disk.img 60% 6MiB stalled=4.0s(destination) pause=3 drain=2 resume=2 buffered=62KiB\n")
		d.Println("bpcopy: a warning")
		out.want(t, "14.999999999s bpcopy: a warning\n")
		time.Sleep(time.Nanosecond)
		out.want(t, "15s bpcopy: disk.img 80% 8MiB 341KiB/s eta=6s pause=3 drain=2 resume=2 buffered=62KiB\n")
		d.Stop(Finished)
		out.want(t)
	})
}

// TestDisplayNone shows nothing but what it is asked for, started or not.
func TestDisplayNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		d := New(Options{Out: out, Poll: c.poll, Start: c.start, Name: "disk.img"})
		d.Stop(Finished)
		d.Println("bpcopy: before")
		time.Sleep(4 * time.Second)
		got, want := d.StatusLine(), "bpcopy: disk.img 40% 4MiB 1MiB/s eta=6s pause=3 drain=2 resume=2 buffered=62KiB"
		if got != want {
			t.Errorf("StatusLine() = %q; want %q", got, want)
		}
		d.Start()
		d.Start()
		time.Sleep(time.Second)
		d.Println("bpcopy: while")
		d.Stop(Finished)
		d.Println("bpcopy: after")
		out.want(t, "0s bpcopy: before\n", "5s bpcopy: while\n", "5s bpcopy: after\n")
	})
}

// TestDisplayPrintln prints from many goroutines, up to the very end: no line
// is lost and none is broken.
func TestDisplayPrintln(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		opts := barOptions(out, steady())
		opts.ANSI = false
		d := New(opts)
		d.Start()
		var printers sync.WaitGroup
		var want []string
		for i := range 50 {
			line := fmt.Sprintf("line %02d", i)
			want = append(want, line)
			printers.Go(func() { d.Println(line) })
		}
		d.Stop(Finished)
		printers.Wait()
		var got []string
		for line := range strings.Lines(strings.ReplaceAll(strings.Join(out.wrote, ""), "\r", "\n")) {
			if _, line, ok := strings.Cut(line, "line"); ok {
				got = append(got, "line"+strings.TrimRight(line, "\n"))
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("Println of %q showed %q", want, got)
		}
	})
}

// stuckTerminal takes nothing until it is opened.
type stuckTerminal struct{ opened chan struct{} }

func (s stuckTerminal) Write(p []byte) (int, error) {
	<-s.opened
	return len(p), nil
}

func TestDisplayStuckTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		terminal := stuckTerminal{make(chan struct{})}
		c := steady()
		d := New(Options{Out: terminal, Poll: c.poll, Start: c.start, Mode: ModeBar})
		d.Start()
		for range 2 * maxMessages {
			d.Println("bpcopy: a warning")
		}
		if got := len(d.messages); got != maxMessages {
			t.Errorf("%d messages wait; want %d", got, maxMessages)
		}
		time.Sleep(time.Second)
		if got, want := d.StatusLine(), "bpcopy: 10% 1MiB 1MiB/s eta=9s pause=3 drain=2 resume=2 buffered=62KiB"; got != want {
			t.Errorf("StatusLine() = %q; want %q", got, want)
		}
		before := time.Now()
		d.Stop(Interrupted)
		if got := time.Since(before); got != stopGrace {
			t.Errorf("Stop took %v; want %v", got, stopGrace)
		}
		d.Println("bpcopy: to nobody")
		close(terminal.opened) // for the goroutine left behind
	})
}

// TestDisplaySlowTerminal has each write take longer than a frame: frames are
// left out, and Stop waits for the last.
func TestDisplaySlowTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := newScreen()
		c := steady()
		opts := barOptions(out, c)
		opts.Out = slowWriter{out}
		d := New(opts)
		d.Start()
		time.Sleep(650 * time.Millisecond)
		d.Stop(Failed)
		out.want(t,
			ansi("250ms", "disk.img   0%       -:-- p     3 d     2 r     2 █         "),
			ansi("500ms", "disk.img   1%       0:10 p     3 d     2 r     2 █         "),
			ansi("750ms", "disk.img   5%       0:10 p     3 d     2 r     2 █         "),
			ansiLast("1s", "disk.img   6% failed     p     3 d     2 r     2 █         "))
	})
}

type slowWriter struct{ out *screen }

func (s slowWriter) Write(p []byte) (int, error) {
	time.Sleep(250 * time.Millisecond)
	return s.out.Write(p)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestDisplayBrokenTerminal(t *testing.T) {
	closed, err := os.Create(filepath.Join(t.TempDir(), "terminal"))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		for _, mode := range []Mode{ModeNone, ModeBar, ModePlain} {
			c := steady()
			d := New(Options{Out: brokenWriter{}, Poll: c.poll, Mode: mode})
			if mode == ModeBar {
				d = New(Options{Out: closed, Poll: c.poll, Mode: mode})
			}
			d.Start()
			d.Println("bpcopy: to nobody")
			time.Sleep(time.Minute)
			before := time.Now()
			d.Stop(Finished)
			if got := time.Since(before); got != 0 {
				t.Errorf("Stop took %v; want 0s", got)
			}
			d.Println("bpcopy: to nobody")
		}
	})
}
