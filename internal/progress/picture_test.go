package progress

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
)

// emulator is an Out that shows what a terminal would: as far as the display
// uses one.
type emulator struct {
	t        *testing.T
	lines    [][]rune
	row, col int
}

func (e *emulator) Write(p []byte) (int, error) {
	for rest := string(p); rest != ""; {
		if after, ok := strings.CutPrefix(rest, "\x1b["); ok {
			rest = e.escape(after)
			continue
		}
		r := []rune(rest)[0]
		rest = rest[len(string(r)):]
		switch r {
		case '\r':
			e.col = 0
		case '\n': // the kernel makes it "\r\n"
			e.row++
			e.col = 0
		default:
			line := e.line()
			for len(*line) <= e.col {
				*line = append(*line, ' ')
			}
			(*line)[e.col] = r
			e.col++
		}
	}
	return len(p), nil
}

// escape obeys the sequence at the start of text, and returns what follows it.
func (e *emulator) escape(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'z' })
	switch sequence := text[:end+1]; sequence {
	case "?7l", "?7h", "m", "1m", "1;33m", "1;36m", "2m", "33m":
	case "9A":
		e.row -= 9
	case "K":
		line := e.line()
		*line = (*line)[:min(e.col, len(*line))]
	case "J":
		line := e.line()
		*line = (*line)[:min(e.col, len(*line))]
		e.lines = e.lines[:e.row+1]
	default:
		e.t.Errorf("the display writes the sequence %q", sequence)
	}
	return text[end+1:]
}

func (e *emulator) line() *[]rune {
	for len(e.lines) <= e.row {
		e.lines = append(e.lines, nil)
	}
	return &e.lines[e.row]
}

// want reports where the screen differs from want, and whether the cursor is
// elsewhere than at the start of a row.
func (e *emulator) want(row int, want string) {
	e.t.Helper()
	synctest.Wait()
	var got []string
	for _, line := range e.lines {
		got = append(got, strings.TrimRight(string(line), " "))
	}
	if text := strings.Join(got, "\n"); text != strings.TrimPrefix(want, "\n") || e.row != row || e.col != 0 {
		e.t.Errorf("the cursor is at row %d, column %d of\n%s\nwant row %d of%s", e.row, e.col, text, row, want)
	}
}

// pictured returns options for a picture of a copy that takes 16 KiB every 100
// ms, with a queue of 64 KiB.
func pictured(e *emulator) Options {
	start := time.Now()
	return Options{
		Out: e, Start: start, Name: "disk.img", Mode: ModePicture, ANSI: true,
		Poll: func() Sample { return pausedAfter(time.Since(start)) },
	}
}

func pausedAfter(elapsed time.Duration) Sample {
	elapsed = elapsed.Truncate(100 * time.Millisecond)
	taken := int64(elapsed/(100*time.Millisecond)) * 16 << 10
	return Sample{
		Snapshot: ledger.Snapshot{
			Read: taken + 80<<10, Written: taken, Elapsed: elapsed, LastMoved: time.Now(), Pauses: 1, Length: 64 << 10, PeakLength: 64 << 10,
			Destinations: []ledger.Destination{{Bytes: taken, Writes: 5, Length: 64 << 10}},
		},
		Size: 10 << 20, HighWaterMark: 64 << 10, ReadAhead: 64 << 10,
	}
}

func TestDisplayPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &emulator{t: t}
		opts := pictured(e)
		var columns, rows atomic.Int64
		columns.Store(80)
		opts.Columns = func() int { return int(columns.Load()) }
		opts.Rows = func() int { return int(rows.Load()) }
		d := New(opts)
		head := func() string { return strings.TrimRight(Render(d.snapshot(), int(columns.Load())), " ") }
		d.Start()
		time.Sleep(350 * time.Millisecond)
		synctest.Wait()
		first := slices.Clone(e.lines)
		if len(first) != 10 || e.row != 0 || e.col != 0 {
			t.Fatalf("%d lines are drawn, and the cursor is at row %d, column %d; want 10, and the start", len(first), e.row, e.col)
		}
		for i, want := range []string{"disk.img", "", "source  paused  [########", "      . data", "      . ", "queue   full    [####", "      v taken",
			"destination     48 KiB taken", "", "last 0 s        ##"} {
			if got := string(first[i]); !strings.HasPrefix(got, want) {
				t.Errorf("line %d is %q; want %q", i+1, got, want)
			}
		}

		// A message comes above the picture.
		d.Println("hello")
		synctest.Wait()
		if len(e.lines) != 11 || string(e.lines[0]) != "hello" || e.row != 1 || e.col != 0 {
			t.Errorf("after a message there are %d lines, the first %q, the cursor in row %d; want 11, the message, 1", len(e.lines), string(e.lines[0]), e.row)
		}

		// Too narrow, or not high enough: only the first line.
		columns.Store(59)
		time.Sleep(100 * time.Millisecond)
		e.want(1, "\nhello\n"+head())
		columns.Store(80)
		rows.Store(11)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if len(e.lines) != 11 {
			t.Errorf("in 11 rows, %d lines; want 11", len(e.lines))
		}
		rows.Store(10)
		time.Sleep(100 * time.Millisecond)
		e.want(1, "\nhello\n"+head())
		rows.Store(24)

		// The last picture stays, and what follows comes below it.
		d.Stop(Finished)
		d.Println("bye")
		synctest.Wait()
		if len(e.lines) != 12 || string(e.lines[11]) != "bye" || !strings.HasPrefix(string(e.lines[8]), "destination     96 KiB taken") {
			t.Errorf("after the end there are %d lines, with %q and %q; want 12 with a destination that has taken 96 KiB, and the message",
				len(e.lines), string(e.lines[8]), string(e.lines[len(e.lines)-1]))
		}
	})
}

// Two copies are in one picture, at one scale.
func TestDisplayPictureOfTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &emulator{t: t}
		opts := pictured(e)
		start := time.Now()
		opts.Beside = &Beside{Names: [2]string{"heeded", "ignored"}, Poll: func() Sample {
			s := pausedAfter(time.Since(start))
			s.Length, s.PeakLength, s.Destinations[0].Length = 512<<10, 512<<10, 512<<10
			return s
		}}
		d := New(opts)
		d.Start()
		time.Sleep(150 * time.Millisecond)
		synctest.Wait()
		var got []string
		for _, line := range e.lines[1:] {
			got = append(got, strings.TrimRight(string(line), " "))
		}
		want := `
heeded  full    [####!                            ] 64 KiB wait, mark 64 KiB
                pause 1  drain 0  16 KiB taken
last 0 s        :                                                  64 KiB

ignored full    [####!########################    ] 512 KiB wait, mark 64 KiB
                pause 1  drain 0  16 KiB taken
last 0 s        #                                                  512 KiB
`
		if text := strings.Join(got, "\n"); text != want {
			t.Errorf("below the first line is\n%s\nwant\n%s", text, want)
		}
		d.Stop(Finished)
	})
}
