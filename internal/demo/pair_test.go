package demo

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
)

// shownPair shows the demo backpressure live in a bubble, and returns what was
// said, what was drawn, and the summaries.
func shownPair(ctx context.Context, mode progress.Mode) (said, drawn string, summaries []*report.Summary, err error) {
	d, _, err := Load(Backpressure)
	if err != nil {
		return "", "", nil, err
	}
	var lines []string
	var screen lockedBuffer
	show := &Show{
		Say:     func(text string) { lines = append(lines, text) },
		Write:   func(s *report.Summary) error { summaries = append(summaries, s); return nil },
		Display: progress.Options{Out: &screen, Mode: mode, ANSI: true},
		Begin:   func(*clock.Clock, *progress.Display) func() { return func() {} },
	}
	err = show.All(ctx, []*Demo{d})
	return strings.Join(lines, "\n"), screen.String(), summaries, err
}

// lockedBuffer is a buffer that the display writes and the test reads.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// In a picture both runs go on at once; else one after the other. Both ways come
// to the same.
func TestPair(t *testing.T) {
	tests := map[string]struct {
		mode    progress.Mode
		takes   time.Duration
		watches int
		drawn   []string
	}{
		"in a picture":   {progress.ModePicture, 6145 * time.Millisecond, 1, []string{"\r\nheeded  ", "pause 76  drain 76  1.5 GiB taken", "\r\nignored full    "}},
		"one by one":     {progress.ModeNone, 2 * 6145 * time.Millisecond, 2, nil},
		"one by one bar": {progress.ModeBar, 2 * 6145 * time.Millisecond, 2, []string{"100%"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				said, drawn, summaries, err := shownPair(t.Context(), tt.mode)
				if took := time.Since(start); took != tt.takes || err != nil {
					t.Errorf("All() = %v in %v; want no error in %v", err, took, tt.takes)
				}
				if len(summaries) != 2 || summaries[0].Name != "backpressure-heeded" || summaries[1].Name != "backpressure-ignored" {
					t.Errorf("there are %d summaries; want that of each run", len(summaries))
				}
				const last = "\nbackpressure: at most 16 MiB waited in memory where false was heeded, and 1.1 GiB where it was ignored, 72 times as much; both took 6.15s"
				if !strings.HasSuffix(said, last) || strings.Count(said, "Watch ") != tt.watches || strings.Count(said, "as expected: ") != 2 {
					t.Errorf("it said\n%s\nwant %d times what to watch for, twice as expected, and last%s", said, tt.watches, last)
				}
				for _, want := range tt.drawn {
					if !strings.Contains(drawn, want) {
						t.Errorf("drawn is\n%q\nwant %q in it", drawn, want)
					}
				}
			})
		})
	}
}

// An interrupt ends both runs, and nothing is compared.
func TestPairInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() {
			cancel(&report.Failure{Status: report.BySignal(syscall.SIGINT), Err: errors.New("interrupted")})
		})
		said, _, summaries, err := shownPair(ctx, progress.ModePicture)
		if report.StatusOf(err) != 130 || len(summaries) != 2 || strings.Contains(said, "at most") || strings.Contains(said, "as expected") {
			t.Errorf("All() = %v with %d summaries, and said\n%s\nwant status 130, both, and nothing compared", err, len(summaries), said)
		}
	})
}

func TestComparison(t *testing.T) {
	second, half := time.Second, time.Second/2
	tests := []struct {
		heeded, ignored ledger.Snapshot
		want            string
	}{
		{ledger.Snapshot{PeakLength: 1 << 20, Elapsed: second}, ledger.Snapshot{PeakLength: 5 << 20, Elapsed: second},
			"at most 1 MiB waited in memory where false was heeded, and 5 MiB where it was ignored, 5 times as much; both took 1s"},
		{ledger.Snapshot{Elapsed: second}, ledger.Snapshot{PeakLength: 7, Elapsed: half},
			"at most 0 B waited in memory where false was heeded, and 7 B where it was ignored; they took 1s and 500ms"},
	}
	for _, tt := range tests {
		if got := comparison(tt.heeded, tt.ignored); got != tt.want {
			t.Errorf("comparison(%+v, %+v)\n got %s\nwant %s", tt.heeded, tt.ignored, got, tt.want)
		}
	}
}
