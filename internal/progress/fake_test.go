package progress

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// screen is an Out that tells what was written when. Its lock guards writes.
type screen struct {
	start time.Time
	mu    sync.Mutex
	wrote []string // "100ms text"
}

func newScreen() *screen { return &screen{start: time.Now()} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrote = append(s.wrote, fmt.Sprint(time.Since(s.start), " ", string(p)))
	return len(p), nil
}

// want reports where what was written differs from want.
func (s *screen) want(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range max(len(s.wrote), len(want)) {
		switch {
		case i >= len(want):
			t.Errorf("write %d = %q; want none", i, s.wrote[i])
		case i >= len(s.wrote):
			t.Errorf("write %d: none; want %q", i, want[i])
		case s.wrote[i] != want[i]:
			t.Errorf("write %d =\n%q; want\n%q", i, s.wrote[i], want[i])
		}
	}
	s.wrote = nil
}

// fakeCopy moves perSecond bytes a second from start until stuck, and again
// from freed on. It moves in steps of a tenth of a second.
type fakeCopy struct {
	start        time.Time
	perSecond    int64
	size         int64
	stuck, freed time.Duration
}

func (c fakeCopy) poll() Sample {
	now := time.Since(c.start).Truncate(100 * time.Millisecond)
	moving, moved := now, now
	switch {
	case now >= c.freed:
		moving = c.stuck + now - c.freed
	case now > c.stuck:
		moving, moved = c.stuck, c.stuck
	}
	s := Sample{
		Snapshot: ledger.Snapshot{
			Written: c.perSecond * int64(moving) / int64(time.Second),
			Pauses:  3, Drains: 2, Resumes: 2, Length: 62 << 10,
			LastMoved: c.start.Add(moved), Elapsed: time.Since(c.start),
		},
		Size: c.size, HighWaterMark: 64 << 10,
	}
	if moved < now {
		s.Awaited.Side = side.Destination
	}
	return s
}

// steady returns a copy of 10 MiB in 10 s.
func steady() fakeCopy {
	return fakeCopy{start: time.Now(), perSecond: 1 << 20, size: 10 << 20}
}

func barOptions(out *screen, c fakeCopy) Options {
	return Options{
		Out: out, Poll: c.poll, Start: c.start, Name: "disk.img", Mode: ModeBar, ANSI: true, UTF8: true,
		Columns: func() int { return 60 },
	}
}

// ansi returns the writes that a terminal that knows escapes gets at a time.
func ansi(at, line string) string { return at + " \r\x1b[?7l" + line + "\x1b[K\x1b[?7h\r" }
func ansiLast(at, line string) string {
	return at + " \r\x1b[?7l" + line + "\x1b[K\x1b[?7h\n"
}
