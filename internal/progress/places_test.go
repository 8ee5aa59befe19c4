package progress

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/units"
)

// places returns where the fields of a line begin and end: the layout, which no
// frame of a copy may change, and the columns in which a line drawn by it has
// the marks of its fields. A field that is wider than its place shifts those
// behind it.
func places(s Snapshot, columns int) string {
	s.Colour, s.UTF8 = false, false
	l := fit(s, max(columns-1, 0))
	line := Render(s, columns)
	at := 0
	var marks []string
	field := func(width, separator int) {
		if width == 0 {
			return
		}
		if at > 0 {
			for range separator {
				if at < len(line) && line[at] != ' ' {
					marks = append(marks, fmt.Sprintf("%q in a gap at %d", line[at], at))
				}
				at++
			}
		}
		at += width
	}
	field(l.name, 1)
	field(l.progress(), 1)
	field(l.speed(), l.separator())
	field(when(l.counts, countsCells(l.words)), l.separator())
	field(l.fill(), l.separator())
	field(when(l.waited, waitedCells), l.separator())
	if at != len(line) {
		marks = append(marks, fmt.Sprintf("ends at %d, not %d", len(line), at))
	}
	return fmt.Sprintf("%+v %s", l, marks)
}

// All frames of a copy have their fields in the same places, whatever happens in
// it, in every width.
func TestRenderPlaces(t *testing.T) {
	var frames []Snapshot
	frame := func(changes ...func(*Snapshot)) {
		s := contract()
		s.Destinations = make([]ledger.Destination, 3)
		for _, change := range changes {
			change(&s)
		}
		frames = append(frames, s)
	}
	frame(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} })
	for _, bytes := range []int64{0, 1, 1023, 51 << 20, 1023 << 20, 1 << 30, 2_791_728_742, 3 << 40} {
		frame(func(s *Snapshot) { s.Written, s.Length = bytes, bytes })
	}
	for _, rate := range []units.Rate{0, 1, 1023, 1024, 9 << 10, 1010 << 10, 100<<20 - 1, 999 << 20, 1023 << 20, math.MaxInt64} {
		frame(func(s *Snapshot) { s.Rate = rate })
	}
	for _, d := range []time.Duration{0, 1, time.Second, time.Minute, time.Hour, 23 * time.Hour, 30 * day, maxETA, etaUnknown} {
		frame(func(s *Snapshot) { s.ETA = d })
		frame(func(s *Snapshot) { scripted(s); s.Stalled = max(d, time.Second) })
		for _, o := range []Outcome{Finished, Failed, Interrupted} {
			frame(ended(o), func(s *Snapshot) { s.Elapsed = max(d, 0) })
		}
	}
	for _, n := range []int64{0, 99_999, 100_000, 999_999, 1_000_000, 99_999_999, 100_000_000, math.MaxInt64} {
		frame(func(s *Snapshot) { s.Pauses, s.Drains, s.Resumes = n, n, n })
	}
	for h := ledger.ByProgram; h <= ledger.ByUser; h++ {
		frame(func(s *Snapshot) { s.Waited = Waited{h, 1} }, stalled)
		frame(func(s *Snapshot) { s.Waited = Waited{h, 0.004} })
	}
	for _, change := range []func(*Snapshot){func(*Snapshot) {}, unsized, func(s *Snapshot) { s.Name = "" },
		func(s *Snapshot) { s.BufferFirst = true }, func(s *Snapshot) { s.Name = "ubuntu-24.04-desktop-amd64.iso" }} {
		for columns := 1; columns <= 250; columns++ {
			var want string
			for i, s := range frames {
				eta := s.ETA
				change(&s)
				s.ETA = eta
				if got := places(s, columns); i == 0 {
					want = got
				} else if got != want {
					t.Fatalf("Render(%+v, %d) = %q\nhas its fields at %s; want %s", s, columns, Render(s, columns), got, want)
				}
			}
			if !strings.HasSuffix(want, "[]") {
				t.Fatalf("%d columns: the fields are at %s; want gaps between them", columns, want)
			}
		}
	}
}

// A size that becomes known late changes only what tells how much is done.
func TestRenderSizeKnownLate(t *testing.T) {
	for columns := 1; columns <= 250; columns++ {
		known := contract()
		unknown := known
		unsized(&unknown)
		if got, want := places(known, columns), places(unknown, columns); got != want {
			t.Errorf("%d columns: the fields are at %s with a size, at %s without; want the same", columns, got, want)
		}
	}
}
