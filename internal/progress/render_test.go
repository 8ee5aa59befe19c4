package progress

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/units"
)

func huge(s *Snapshot) { s.Pauses, s.Drains, s.Resumes = 42598, 42597, 42597 }

// ended returns a change of the outcome.
func ended(o Outcome) func(*Snapshot) { return func(s *Snapshot) { s.Outcome = o } }

func TestRenderDocumented(t *testing.T) {
	const want = "disk.img  45% |████████▌          | 1.2/2.6 GiB  210 MiB/s  eta 7s  " +
		"pause 132 drain 131 resume 131  buffered 62/64 KiB"
	if got := Render(diskImage(), 126); got != want {
		t.Errorf("Render(disk.img, 126) =\n%s; want\n%s", got, want)
	}
}

func TestRenderWidths(t *testing.T) {
	tests := []struct {
		columns int
		want    string
	}{
		{1000, "disk.img  45% |█████████████████▌                      | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{147, "disk.img  45% |█████████████████▌                      | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{120, "disk.img  45% |█████▌       | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{111, "disk.img  45% |███████████▌              | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{100, "disk.img  45% |██████▌        | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{89, "disk.img  45% |███████▌          | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{80, "disk.img  45% |███▌     | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{76, "disk.img  45% |█▌   | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{75, "disk.img  45% |██▌   | 1.2/2.6 GiB  210 MiB/s  eta 7s  p132 d131 r131"},
		{60, "disk.img  45% |█▌   | 210 MiB/s  eta 7s  p132 d131 r131"},
		{59, " 45% |█████▌       | 210 MiB/s  eta 7s  p132 d131 r131"},
		{48, " 45% |█████▌       | 210 MiB/s  p132 d131 r131"},
		{40, " 45% |█▌   | 210 MiB/s  p132 d131 r131"},
		{39, " 45%  210 MiB/s  p132 d131 r131"},
		{30, " 45% |██▌    | p132 d131 r131"},
		{21, " 45%  p132 d131 r131"},
		{20, "p132 d131 r131"},
		{14, " 45% |██▌   |"},
		{10, " 45%"},
		{5, " 45%"},
		{4, ""},
		{1, ""},
		{0, ""},
		{-1, ""},
	}
	for _, tt := range tests {
		if got := Render(diskImage(), tt.columns); got != tt.want {
			t.Errorf("Render(disk.img, %d) =\n%s; want\n%s", tt.columns, got, tt.want)
		}
	}
}

func TestRenderStates(t *testing.T) {
	tests := []struct {
		name    string
		s       Snapshot
		columns int
		want    string
	}{
		{"stalled", with(stalled), 130, "disk.img  45% |████████▌          | 1.2/2.6 GiB  stalled 3.2s destination  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{"stalled", with(stalled), 80, "disk.img  45% |█▌   | stalled 3.2s destination  pause 132 drain 131 resume 131"},
		{"stalled", with(stalled), 60, " 45% |████▌     | stalled 3.2s destination  p132 d131 r131"},
		{"stalled", with(stalled), 40, " 45%  stalled 3.2s dst  p132 d131 r131"},
		{"stalled", with(stalled), 20, "stalled 3.2s dst"},
		{"stalled long", with(func(s *Snapshot) { stalled(s); s.Stalled = 2 * time.Hour; s.WaitingFor = side.Source }), 80,
			"disk.img  45% |████▌     | stalled 2h00m source  pause 132 drain 131 resume 131"},
		{"stalled at nobody's", with(func(s *Snapshot) { stalled(s); s.WaitingFor = side.Neither }), 60,
			"disk.img  45% |████▌       | stalled 3.2s  p132 d131 r131"},
		{"stalled in colour", with(func(s *Snapshot) { stalled(s); s.Colour = true }), 60,
			" 45% |████▌     | \x1b[33mstalled 3.2s destination\x1b[m  p132 d131 r131"},

		{"unknown size", with(unsized), 120, "disk.img  1.2 GiB  210 MiB/s  elapsed 6s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{"unknown size", with(unsized), 80, "disk.img  1.2 GiB  210 MiB/s  elapsed 6s  pause 132 drain 131 resume 131"},
		{"unknown size", with(unsized), 40, "1.2 GiB  210 MiB/s  p132 d131 r131"},
		{"unknown size, stalled", with(func(s *Snapshot) { unsized(s); stalled(s) }), 100,
			"disk.img  1.2 GiB  stalled 3.2s destination  elapsed 6s  pause 132 drain 131 resume 131"},
		{"unknown size, finished", with(func(s *Snapshot) { unsized(s); s.Outcome = Finished }), 80,
			"disk.img  1.2 GiB  200 MiB/s  in 6s  pause 132 drain 131 resume 131"},
		{"unknown size, failed", with(func(s *Snapshot) { unsized(s); s.Outcome = Failed }), 80,
			"disk.img  1.2 GiB  failed  after 6s  pause 132 drain 131 resume 131"},

		{"no estimate", with(func(s *Snapshot) { s.Written, s.Rate, s.ETA = 0, 0, etaUnknown }), 80,
			"disk.img   0% |         | 0 B/s  eta -  pause 132 drain 131 resume 131"},
		{"just begun", with(func(s *Snapshot) { s.Written = s.Size / 50 }), 80,
			"disk.img   1% |▌        | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"nearly there", with(func(s *Snapshot) { s.Written = s.Size - 1 }), 80,
			"disk.img  99% |███████▌ | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"all there", with(func(s *Snapshot) { s.Written, s.ETA = s.Size, 0 }), 80,
			"disk.img 100% |█████████| 210 MiB/s  eta 0s  pause 132 drain 131 resume 131"},
		{"grown past its size", with(func(s *Snapshot) { s.Written, s.ETA = 3<<30, 0 }), 100,
			"disk.img 100% |███████████████| 3/2.6 GiB  210 MiB/s  eta 0s  pause 132 drain 131 resume 131"},
		{"no mark", with(func(s *Snapshot) { s.HighWaterMark = 0 }), 147,
			"disk.img  45% |█████████████████▌                      | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},

		{"finished", with(func(s *Snapshot) { s.Written, s.Outcome = s.Size, Finished }), 100,
			"disk.img 100% |███████████████████| 2.6/2.6 GiB  444 MiB/s  in 6s  pause 132 drain 131 resume 131"},
		{"finished after a stall", with(func(s *Snapshot) { stalled(s); s.Written, s.Outcome = s.Size, Finished }), 80,
			"disk.img 100% |█████████████| 444 MiB/s  in 6s  pause 132 drain 131 resume 131"},
		{"finished with less than expected", with(ended(Finished)), 80,
			"disk.img  45% |█████▌       | 200 MiB/s  in 6s  pause 132 drain 131 resume 131"},
		{"finished at once", with(func(s *Snapshot) { s.Written, s.Outcome, s.Elapsed = s.Size, Finished, 0 }), 80,
			"disk.img 100% |█████████████| 0 B/s  in 0s  pause 132 drain 131 resume 131"},
		{"failed", with(ended(Failed)), 80,
			"disk.img  45% |█████▌        | failed  after 6s  pause 132 drain 131 resume 131"},
		{"failed with all bytes there", with(func(s *Snapshot) { s.Written, s.Outcome = s.Size, Failed }), 80,
			"disk.img  99% |████████████▌ | failed  after 6s  pause 132 drain 131 resume 131"},
		{"failed in colour", with(func(s *Snapshot) { s.Outcome, s.Colour = Failed, true }), 80,
			"disk.img  45% |█████▌        | \x1b[31mfailed\x1b[m  after 6s  pause 132 drain 131 resume 131"},
		{"interrupted", with(ended(Interrupted)), 80,
			"disk.img  45% |███▌     | interrupted  after 6s  pause 132 drain 131 resume 131"},

		{"empty source", Snapshot{Name: "empty", UTF8: true}, 80,
			"empty   0% |        | 0/0 B  0 B/s  eta 0s  pause 0 drain 0 resume 0"},
		{"empty source, finished", Snapshot{Name: "empty", UTF8: true, Outcome: Finished}, 80,
			"empty 100% |████████████| 0/0 B  0 B/s  in 0s  pause 0 drain 0 resume 0"},
		{"empty source, failed", Snapshot{Name: "empty", UTF8: true, Outcome: Failed}, 80,
			"empty   0% |             | 0/0 B  failed  after 0s  pause 0 drain 0 resume 0"},
		{"empty source with bytes", Snapshot{Sample: Sample{Snapshot: ledger.Snapshot{Written: 5}}, Name: "proc", UTF8: true}, 40,
			"proc 100% |██████| 0 B/s  p0 d0 r0"},

		{"huge counts", with(huge), 120, "disk.img  45% |██▌    | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 42598 drain 42597 resume 42597  buffered 62/64 KiB"},
		{"huge counts", with(huge), 80, "disk.img  45% |█▌   | 1.2/2.6 GiB  210 MiB/s  eta 7s  p42598 d42597 r42597"},
		{"huge counts", with(huge), 40, " 45%  210 MiB/s  p42598 d42597 r42597"},
		{"long name", with(func(s *Snapshot) { s.Name = "ubuntu-24.04-desktop-amd64.iso" }), 160,
			"ubuntu-24.04-desktop-amd64.iso  45% |█████████████▌                 | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{"long name", with(func(s *Snapshot) { s.Name = "ubuntu-24.04-desktop-amd64.iso" }), 80,
			"ubu….iso  45% |███▌     | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"hostile name", with(func(s *Snapshot) { s.Name = "a\r\x1b[2Jb" }), 80,
			"a\uFFFD\uFFFD[2Jb  45% |████▌     | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"no name", with(func(s *Snapshot) { s.Name = "" }), 80,
			" 45% |███████▌          | 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"in ASCII", with(func(s *Snapshot) { s.Name, s.UTF8 = "größe.bin", false }), 80,
			"gr??e.bin  45% [===>....] 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
		{"in ASCII, full", with(func(s *Snapshot) { s.Written, s.Outcome, s.UTF8 = s.Size, Finished, false }), 80,
			"disk.img 100% [=============] 444 MiB/s  in 6s  pause 132 drain 131 resume 131"},
		{"in ASCII, not begun", with(func(s *Snapshot) { s.Written, s.UTF8 = 0, false }), 80,
			"disk.img   0% [.........] 210 MiB/s  eta 7s  pause 132 drain 131 resume 131"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.name, " ", tt.columns), func(t *testing.T) {
			if got := Render(tt.s, tt.columns); got != tt.want {
				t.Errorf("Render(%s, %d) =\n%s; want\n%s", tt.name, tt.columns, got, tt.want)
			}
		})
	}
}

// TestRenderSteady has numbers change as they do from frame to frame: that must
// not move the bar.
func TestRenderSteady(t *testing.T) {
	edge := func(s Snapshot, columns int) int { return strings.LastIndex(Render(s, columns), "]") }
	for columns := 48; columns <= 200; columns += 3 {
		s := with(func(s *Snapshot) { s.UTF8 = false })
		want := edge(s, columns)
		for _, bytes := range []int64{0, 1, 51 << 20, 1 << 30, s.Size} {
			for _, rate := range []units.Rate{0, 9 << 10, 100<<20 - 1, 1010 << 10} {
				for _, buffered := range []int64{0, 1, 100, 60 << 10, 64 << 10} {
					s.Written, s.Rate, s.ETA, s.Length = bytes, rate, time.Duration(bytes)/8, buffered
					if got := edge(s, columns); got != want {
						t.Errorf("Render(%+v, %d) = %q\nbar ends at %d; want %d", s, columns, Render(s, columns), got, want)
					}
				}
			}
		}
	}
}

// checkLine reports what no line may be, whatever it shows.
func checkLine(t *testing.T, s Snapshot, columns int) {
	t.Helper()
	s.Colour = false
	line := Render(s, columns)
	if width := uniseg.StringWidth(line); width > max(columns-1, 0) {
		t.Errorf("Render(%+v, %d) = %q\nof %d cells; want one left free", s, columns, line, width)
	}
	if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f || !s.UTF8 && r > 0x7f }) {
		t.Errorf("Render(%+v, %d) = %q; want no control characters, and ASCII without UTF8", s, columns, line)
	}
	if !utf8.ValidString(line) {
		t.Errorf("Render(%+v, %d) = %q; want valid UTF-8", s, columns, line)
	}
	s.Name = ""
	line = Render(s, columns)
	if bad := s.Outcome == Failed || s.Outcome == Interrupted; bad && strings.Contains(line, "100%") {
		t.Errorf("Render(%+v, %d) = %q; want less than 100%%", s, columns, line)
	}
	for _, wrong := range []string{"NaN", "Inf", "%!", "-1"} {
		if strings.Contains(line, wrong) {
			t.Errorf("Render(%+v, %d) = %q; want no %s", s, columns, line, wrong)
		}
	}
}

func TestRenderFits(t *testing.T) {
	names := []string{"", "x", "disk.img", "日本語のファイル.txt", "👩‍👩‍👧‍👦🇩🇪☁️.png", strings.Repeat("long-", 50), "\x1b[31m\xff\r\n\u202e", "\u0332"}
	changes := []func(*Snapshot){
		func(*Snapshot) {}, stalled, unsized, huge, ended(Finished), ended(Failed), ended(Interrupted),
		func(s *Snapshot) { s.Written, s.Size = 0, 0 },
		func(s *Snapshot) { s.Written, s.Size, s.Rate = math.MaxInt64, math.MaxInt64, math.MaxInt64 },
		func(s *Snapshot) { s.Pauses, s.Drains, s.Resumes = math.MaxInt64, math.MaxInt64, math.MaxInt64 },
		func(s *Snapshot) { s.Stalled, s.Elapsed, s.ETA = math.MaxInt64, math.MaxInt64, maxETA },
	}
	for _, name := range names {
		for i, first := range changes {
			for _, second := range changes[i:] {
				s := with(first)
				second(&s)
				s.Name = name
				for columns := 0; columns <= 200; columns += 13 {
					checkLine(t, s, columns)
					s.UTF8 = !s.UTF8
				}
			}
		}
	}
}

// TestBarWidths draws every percentage in every width: the bar must have that
// width and tell that percentage.
func TestBarWidths(t *testing.T) {
	for width := minBar; width <= maxBar; width++ {
		for percent := range int64(101) {
			s := Snapshot{Sample: Sample{Snapshot: ledger.Snapshot{Written: percent * 1000}, Size: 100_000}, UTF8: true}
			got := drawBar(s, width, "fields")
			share, bar, _ := strings.Cut(got, " |")
			if want := fmt.Sprintf("%3d%%", s.percent()); share != want {
				t.Errorf("drawBar(%d of 100000, %d) = %q; want it to start with %q", s.Written, width, got, want)
			}
			if n := utf8.RuneCountInString(strings.TrimSuffix(bar, "|")); n != width {
				t.Errorf("drawBar(%d of 100000, %d) = %q of %d cells; want %d", s.Written, width, got, n, width)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("disk.img", int64(1_260_000_000), int64(2_791_728_742), int64(132), int64(0), int64(0), 126)
	f.Add("\x1b[2J日本語", int64(5), int64(0), int64(math.MaxInt64), int64(3_200_000_000), int64(1), 40)
	f.Add("👩‍👩‍👧‍👦\xff", int64(0), int64(-1), int64(0), int64(0), int64(2), 20)
	f.Fuzz(func(t *testing.T, name string, bytes, size, count, stall, outcome int64, columns int) {
		if bytes < 0 || size < -1 || count < 0 || stall < 0 || columns > 1000 {
			return
		}
		s := Snapshot{
			Sample: Sample{
				Snapshot: ledger.Snapshot{
					Written: bytes, Pauses: count, Drains: count, Resumes: count / 2,
					Length: bytes % 65536, WaitingFor: side.Side(outcome & 3),
				},
				Size: size, HighWaterMark: count,
			},
			Name: name, Elapsed: time.Duration(stall), Stalled: time.Duration(stall),
			Rate: units.Rate(bytes), ETA: time.Duration(stall % int64(maxETA)),
			Outcome: Outcome(outcome & 3), UTF8: outcome&4 == 0,
		}
		checkLine(t, s, columns)
		s.Outcome, s.Stalled = Running, 0
		checkLine(t, s, columns)
		if plain := Plain(s); strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("Plain(%+v) = %q; want one line without control characters", s, plain)
		}
	})
}

// With BufferFirst, what is buffered is there also where room is short.
func TestRenderBufferFirst(t *testing.T) {
	tests := []struct {
		columns int
		want    string
	}{
		{120, " 45% |█████████▌            | 1.2/2.6 GiB  210 MiB/s  eta 7s  pause 132 drain 131 resume 131  buffered 62/64 KiB"},
		{80, " 45% |████▌       | 210 MiB/s  eta 7s  p132 d131 r131  buffered 62/64 KiB"},
		{60, " 45%  210 MiB/s  p132 d131 r131  buffered 62/64 KiB"},
		{40, " 45% |█▌   | 210 MiB/s  p132 d131 r131"},
	}
	for _, tt := range tests {
		s := diskImage()
		s.Name, s.BufferFirst = "", true
		if got := Render(s, tt.columns); got != tt.want {
			t.Errorf("Render(%d columns) =\n%s; want\n%s", tt.columns, got, tt.want)
		}
	}
}
