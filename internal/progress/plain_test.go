package progress

import (
	"testing"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
)

// diskImage is the copy that the documentation shows.
func diskImage() Snapshot {
	return Snapshot{
		Sample: Sample{
			Snapshot: ledger.Snapshot{Written: 1_260_000_000, Elapsed: 6 * time.Second,
				Pauses: 132, Drains: 131, Resumes: 131, Length: 62 << 10},
			Size: 2_791_728_742, HighWaterMark: 64 << 10,
		},
		Name: "disk.img",
		Rate: 210 << 20,
		ETA:  7 * time.Second,
		UTF8: true,
	}
}

// with returns the documented copy with something changed.
func with(change func(s *Snapshot)) Snapshot {
	s := diskImage()
	change(&s)
	return s
}

func stalled(s *Snapshot) { s.Stalled, s.Awaited.Side = 3200*time.Millisecond, side.Destination }
func unsized(s *Snapshot) { s.Size, s.ETA = -1, 0 }

func TestPlain(t *testing.T) {
	tests := []struct {
		name string
		s    Snapshot
		want string
	}{
		{"documented", diskImage(),
			"bpcopy: disk.img 45% 1.2GiB 210MiB/s eta=7s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"stalled", with(stalled),
			"bpcopy: disk.img 45% 1.2GiB stalled=3.2s(destination) pause=132 drain=131 resume=131 buffered=62KiB"},
		{"stalled at nobody's", with(func(s *Snapshot) { stalled(s); s.Awaited.Side = side.Neither }),
			"bpcopy: disk.img 45% 1.2GiB stalled=3.2s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"unknown size", with(unsized),
			"bpcopy: disk.img 1.2GiB 210MiB/s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"unknown size, stalled", with(func(s *Snapshot) { unsized(s); stalled(s); s.Awaited.Side = side.Source }),
			"bpcopy: disk.img 1.2GiB stalled=3.2s(source) pause=132 drain=131 resume=131 buffered=62KiB"},
		{"no estimate", with(func(s *Snapshot) { s.ETA, s.Rate = etaUnknown, 0 }),
			"bpcopy: disk.img 45% 1.2GiB 0B/s eta=- pause=132 drain=131 resume=131 buffered=62KiB"},
		{"who was waited for", with(func(s *Snapshot) { s.Waited = Waited{ledger.ByDestination, 0.984} }),
			"bpcopy: disk.img 45% 1.2GiB 210MiB/s eta=7s pause=132 drain=131 resume=131 buffered=62KiB waits=dst:98%"},
		{"one of several destinations", with(func(s *Snapshot) {
			stalled(s)
			s.Destinations, s.Awaited.Destination, s.Awaited.Scripted = make([]ledger.Destination, 2), 2, true
		}), "bpcopy: disk.img 45% 1.2GiB stalled=3.2s(destination:2,script) pause=132 drain=131 resume=131 buffered=62KiB"},
		{"nothing", Snapshot{},
			"bpcopy: 0% 0B 0B/s eta=0s pause=0 drain=0 resume=0 buffered=0B"},
		{"grown past its size", with(func(s *Snapshot) { s.Written, s.ETA = 3<<30, 0 }),
			"bpcopy: disk.img 100% 3GiB 210MiB/s eta=0s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"hostile name", with(func(s *Snapshot) { s.Name = "a\nbpcopy: \x1b[31mb" }),
			"bpcopy: a\uFFFDbpcopy: \uFFFD[31mb 45% 1.2GiB 210MiB/s eta=7s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"in ASCII", with(func(s *Snapshot) { s.Name, s.UTF8 = "größe", false }),
			"bpcopy: gr??e 45% 1.2GiB 210MiB/s eta=7s pause=132 drain=131 resume=131 buffered=62KiB"},
		{"never in colour", with(func(s *Snapshot) { stalled(s); s.Colour = true }),
			"bpcopy: disk.img 45% 1.2GiB stalled=3.2s(destination) pause=132 drain=131 resume=131 buffered=62KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Plain(tt.s); got != tt.want {
				t.Errorf("Plain(%+v) =\n%q; want\n%q", tt.s, got, tt.want)
			}
		})
	}
}
