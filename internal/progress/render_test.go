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

// contract is the copy that the contract of the command line shows.
func contract() Snapshot {
	s := diskImage()
	s.Length = 44 << 10
	huge(&s)
	s.Waited = Waited{ledger.ByDestination, 0.98}
	return s
}

func huge(s *Snapshot) { s.Pauses, s.Drains, s.Resumes = 42598, 42598, 42598 }

// ended returns a change of the outcome.
func ended(o Outcome) func(*Snapshot) { return func(s *Snapshot) { s.Outcome = o } }

// scripted is a stall that a script makes at the second of three destinations.
func scripted(s *Snapshot) {
	stalled(s)
	s.Destinations = make([]ledger.Destination, 3)
	s.Awaited = ledger.Awaited{Side: side.Destination, Destination: 2, Scripted: true}
}

func TestRender(t *testing.T) {
	change := func(change func(*Snapshot)) Snapshot {
		s := contract()
		change(&s)
		return s
	}
	tests := []struct {
		name    string
		s       Snapshot
		columns int
		want    string
	}{
		{"running", contract(), 1000, "disk.img  45% |██████████████████                      | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"running", contract(), 250, "disk.img  45% |██████████████████                      | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"running", contract(), 200, "disk.img  45% |██████████████████                      | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"running", contract(), 160, "disk.img  45% |████████          | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"running", contract(), 140, "disk.img  45% |███▌    | 1.17/2.60 GiB      210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"running", contract(), 120, "disk.img  45% |██████▎       | 1.17/2.60 GiB      210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"running", contract(), 114, "disk.img  45% |███▌    | 1.17/2.60 GiB      210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"running", contract(), 100, "disk.img  45% |█████▍      |  210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"running", contract(), 96, "disk.img  45% |███▌    |  210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"running", contract(), 95, "disk.img  45% |██████████▊             | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 80, "disk.img  45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 79, "disk.img  45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 70, "disk.img  45%   210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 60, "disk.img  45%       0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 50, "disk.img  45% p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 48, " 45%    0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 40, " 45% p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"running", contract(), 39, " 45% p 42598 d 42598 r 42598 dst  98%"},
		{"running", contract(), 38, " 45% p 42598 d 42598 r 42598 dst  98%"},
		{"running", contract(), 33, "p 42598 d 42598 r 42598 dst  98%"},
		{"running", contract(), 24, "p 42598 d 42598 r 42598"},
		{"running", contract(), 20, " 45% ▆ dst  98%"},
		{"running", contract(), 10, "dst  98%"},
		{"running", contract(), 5, " 45%"},
		{"running", contract(), 4, "▆"},
		{"running", contract(), 0, ""},
		{"running", contract(), -1, ""},
		{"not begun", change(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} }), 160, "disk.img   0% |                  | 0 B/2.60 GiB                       0 B/s   -:--  pause     0 drain     0 resume     0  [░░░░░░░░] 0 B/64 KiB               "},
		{"not begun", change(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} }), 80, "disk.img   0% |        |       0 B/s   -:-- p     0 d     0 r     0 ▁         "},
		{"not begun", change(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} }), 60, "disk.img   0%       -:-- p     0 d     0 r     0 ▁         "},
		{"not begun", change(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} }), 40, "  0% p     0 d     0 r     0 ▁         "},
		{"not begun", change(func(s *Snapshot) { s.Snapshot, s.Rate, s.ETA, s.Waited = ledger.Snapshot{}, 0, etaUnknown, Waited{} }), 20, "  0% ▁         "},
		{"unknown size", change(unsized), 160, "disk.img 1.17 GiB   0:06                                        210.0 MiB/s   -:--  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"unknown size", change(unsized), 80, "disk.img 1.17 GiB   0:06 210.0 MiB/s   -:-- p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"unknown size", change(unsized), 60, "disk.img 1.1G       -:-- p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"unknown size", change(unsized), 40, "1.1G p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"unknown size", change(unsized), 20, "1.1G ▆ dst  98%"},
		{"stalled", change(stalled), 160, "disk.img  45% |████████          | 1.17/2.60 GiB      stalled 3.2s dst              pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"stalled", change(stalled), 120, "disk.img  45% |██████▎       | 1.17/2.60 GiB      stalled 3.2s dst    pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"stalled", change(stalled), 80, "disk.img  45% |███▌    | stalled 3.2s dst   p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"stalled", change(stalled), 60, "disk.img  45% stalled 3s p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"stalled", change(stalled), 50, "disk.img  45% p 42598 d 42598 r 42598 ▆ dst 3.2s"},
		{"stalled", change(stalled), 40, " 45% p 42598 d 42598 r 42598 ▆ dst 3.2s"},
		{"stalled", change(stalled), 20, " 45% ▆ dst 3.2s"},
		{"stalled by a script", change(scripted), 160, "disk.img  45% |████████          | 1.17/2.60 GiB      stalled 3.2s dst 2 (script)   pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"stalled by a script", change(scripted), 120, "disk.img  45% |██████▎       | 1.17/2.60 GiB      stalled 3.2s dst 2  pause 42598 drain 42598 resume 42598  ▆  (script)"},
		{"stalled by a script", change(scripted), 80, "disk.img  45% |███▌    | stalled 3.2s dst 2 p 42598 d 42598 r 42598 ▆ (script)"},
		{"stalled by a script", change(scripted), 60, "disk.img  45% stalled 3s p 42598 d 42598 r 42598 ▆ (script)"},
		{"stalled by a script", change(scripted), 50, "disk.img  45% p 42598 d 42598 r 42598 ▆ dst 3.2s"},
		{"stalled by a script", change(scripted), 40, " 45% p 42598 d 42598 r 42598 ▆ dst 3.2s"},
		{"one of several is stuck", change(func(s *Snapshot) { scripted(s); s.Awaited.Scripted = false }), 80, "disk.img  45% |███▌    | stalled 3.2s dst 2 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"one of several is stuck", change(func(s *Snapshot) { scripted(s); s.Awaited.Scripted = false }), 60, "disk.img  45% stalled 3s p 42598 d 42598 r 42598 ▆ dst 2   "},
		{"one of several is stuck", change(func(s *Snapshot) { scripted(s); s.Awaited.Scripted, s.Stalled = false, 59*time.Minute }), 80, "disk.img  45% |███▌    | stalled 59m dst 2  p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"stalled by the user", change(func(s *Snapshot) { s.Stalled, s.Waited = 2300*time.Millisecond, Waited{ledger.ByUser, 1} }), 80,
			"disk.img  45% |███▌    | stalled 2.3s usr   p 42598 d 42598 r 42598 ▆ usr 100%"},
		{"stalled, long name", change(func(s *Snapshot) { stalled(s); s.Name = "ubuntu-24.04-desktop-amd64.iso" }), 60,
			"ubu….iso  45% stalled 3s p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"failed", change(ended(Failed)), 160, "disk.img  45% |████████          | 1.17/2.60 GiB      failed after 6s               pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"failed", change(ended(Failed)), 80, "disk.img  45% |███▌    | failed after 6s    p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"failed", change(ended(Failed)), 60, "disk.img  45% failed     p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"failed", change(ended(Failed)), 40, " 45% p 42598 d 42598 r 42598 ▆ failed  "},
		{"interrupted", change(ended(Interrupted)), 160, "disk.img  45% |████████          | 1.17/2.60 GiB      interrupted 6s                pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"interrupted", change(ended(Interrupted)), 80, "disk.img  45% |███▌    | interrupted 6s     p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"interrupted", change(ended(Interrupted)), 60, "disk.img  45%            p 42598 d 42598 r 42598 ▆ signal  "},
		{"interrupted", change(ended(Interrupted)), 40, " 45% p 42598 d 42598 r 42598 ▆ signal  "},
		{"finished", change(func(s *Snapshot) {
			s.Written, s.Outcome, s.Elapsed, s.Length = s.Size, Finished, 12_680*time.Millisecond, 0
		}), 160, "disk.img 100% |██████████████████| 2.60/2.60 GiB                210.0 MiB/s  12.7s  pause 42598 drain 42598 resume 42598  [░░░░░░░░] 0 B/64 KiB       dst  98%"},
		{"finished", change(func(s *Snapshot) {
			s.Written, s.Outcome, s.Elapsed, s.Length = s.Size, Finished, 12_680*time.Millisecond, 0
		}), 80, "disk.img 100% |████████| 210.0 MiB/s  12.7s p 42598 d 42598 r 42598 ▁ dst  98%"},
		{"finished", change(func(s *Snapshot) {
			s.Written, s.Outcome, s.Elapsed, s.Length = s.Size, Finished, 12_680*time.Millisecond, 0
		}), 60, "disk.img 100%      12.7s p 42598 d 42598 r 42598 ▁ dst  98%"},
		{"finished", change(func(s *Snapshot) {
			s.Written, s.Outcome, s.Elapsed, s.Length = s.Size, Finished, 12_680*time.Millisecond, 0
		}), 40, "100% p 42598 d 42598 r 42598 ▁ dst  98%"},
		{"unknown size, finished", change(func(s *Snapshot) { unsized(s); s.Outcome = Finished }), 80, "disk.img 1.17 GiB        200.3 MiB/s     6s p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"large counts", change(func(s *Snapshot) { s.Pauses, s.Drains, s.Resumes = 99_999, 426_999, 1_299_999 }), 80, "disk.img  45% |███▌    | 210.0 MiB/s   0:07 p 99999 d  426k r  1.2M ▆ dst  98%"},
		{"hours to go", change(func(s *Snapshot) { s.ETA = 3723 * time.Second }), 80, "disk.img  45% |███▌    | 210.0 MiB/s  1h02m p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"slow", change(func(s *Snapshot) { s.Rate, s.ETA = 999, 40*day }), 80, "disk.img  45% |███▌    |     999 B/s 40d00h p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"an empty source", change(func(s *Snapshot) { s.Snapshot, s.Size, s.Outcome = ledger.Snapshot{}, 0, Finished }), 80, "disk.img 100% |████████|       0 B/s     0s p     0 d     0 r     0 ▁ dst  98%"},
		{"whole total", change(func(s *Snapshot) { s.Written, s.Size = 2<<30, 1<<40 }), 120, "disk.img   0% |              | 2.00 GiB/1 TiB     210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  ▆  dst  98%"},
		{"beyond the mark", change(func(s *Snapshot) { s.Length = 3 << 20 }), 160, "disk.img  45% |████████          | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [████████] 3 MiB/64 KiB     dst  98%"},
		{"long name", change(func(s *Snapshot) { s.Name = "ubuntu-24.04-desktop-amd64.iso" }), 200, "ubuntu-24.04-desktop-amd64.iso  45% |████████████████▏                   | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"long name", change(func(s *Snapshot) { s.Name = "ubuntu-24.04-desktop-amd64.iso" }), 80, "ubu….iso  45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"short name", change(func(s *Snapshot) { s.Name = "go" }), 80, "go        45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"wide name", change(func(s *Snapshot) { s.Name = "日本語のファイル.txt" }), 80, "日….txt   45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"hostile name", change(func(s *Snapshot) { s.Name = "a\r\x1b[2Jb" }), 80, "a��[2Jb   45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"no name", change(func(s *Snapshot) { s.Name = "" }), 80, " 45% |████████          | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"},
		{"in ASCII", change(func(s *Snapshot) { s.Name, s.UTF8 = "größe.bin", false }), 80, "gr...bin  45% [===>....] 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 6 dst  98%"},
		{"in ASCII", change(func(s *Snapshot) { s.UTF8 = false }), 160, "disk.img  45% [========>.........] 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [######--] 44/64 KiB        dst  98%"},
		{"buffer first", change(func(s *Snapshot) { s.Name, s.BufferFirst = "", true }), 160, " 45% |████████████▋               | 1.17/2.60 GiB                210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"buffer first", change(func(s *Snapshot) { s.Name, s.BufferFirst = "", true }), 120, " 45% |███████▏        |  210.0 MiB/s   0:07  pause 42598 drain 42598 resume 42598  [██████░░] 44/64 KiB        dst  98%"},
		{"buffer first", change(func(s *Snapshot) { s.Name, s.BufferFirst = "", true }), 80, " 45% |███▌    | 210.0 MiB/s p 42598 d 42598 r 42598 ▆ 44/64 KiB       dst  98%"},
		{"buffer first", change(func(s *Snapshot) { s.Name, s.BufferFirst = "", true }), 60, " 45% p 42598 d 42598 r 42598 ▆ 44/64 KiB       dst  98%"},
		{"buffer first", change(func(s *Snapshot) { s.Name, s.BufferFirst = "", true }), 40, " 45% p 42598 d 42598 r 42598 ▆ dst  98%"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.name, " ", tt.columns), func(t *testing.T) {
			if got := Render(tt.s, tt.columns); got != tt.want {
				t.Errorf("Render(%s, %d) =\n%s; want\n%s", tt.name, tt.columns, got, tt.want)
			}
		})
	}
}

// The line of the contract, to the letter.
func TestRenderDocumented(t *testing.T) {
	const want = "disk.img  45% |███▌    | 210.0 MiB/s   0:07 p 42598 d 42598 r 42598 ▆ dst  98%"
	if got := Render(contract(), 80); got != want {
		t.Errorf("Render(disk.img, 80) =\n%s; want\n%s", got, want)
	}
}

func TestRenderColours(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Snapshot)
		want   string
	}{
		{"hardly waited for", func(s *Snapshot) { s.Waited.Share = 0.49 }, "\x1b[2mdst  49%\x1b[m"},
		{"waited for half the time", func(s *Snapshot) { s.Waited.Share = 0.5 }, " dst  50%"},
		{"often waited for", func(s *Snapshot) { s.Waited.Share = 0.9 }, " dst  90%"},
		{"always waited for", func(s *Snapshot) { s.Waited.Share = 0.91 }, "\x1b[33mdst  91%\x1b[m"},
		{"a limit", func(s *Snapshot) { s.Waited = Waited{ledger.ByLimit, 1} }, " lim 100%"},
		{"stalled", stalled, "\x1b[33mstalled 3.2s dst  \x1b[m"},
		{"stalled by a script", scripted, "\x1b[33m(script)\x1b[m"},
		{"failed", ended(Failed), "\x1b[31mfailed after 6s   \x1b[m"},
		{"interrupted", ended(Interrupted), "\x1b[33minterrupted 6s    \x1b[m"},
	}
	for _, tt := range tests {
		s := contract()
		s.Colour = true
		tt.change(&s)
		if got := Render(s, 80); !strings.Contains(got, tt.want) {
			t.Errorf("%s: Render() = %q; want %q in it", tt.name, got, tt.want)
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
	s.Name, s.Waited = "", Waited{}
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
					Length: bytes % 65536, Elapsed: time.Duration(stall),
					Awaited:      ledger.Awaited{Side: side.Side(outcome & 3), Destination: int(count & 0xff), Scripted: stall&1 == 0},
					Destinations: make([]ledger.Destination, count&1+1),
				},
				Size: size, HighWaterMark: count,
			},
			Name: name, Stalled: time.Duration(stall),
			Rate: units.Rate(bytes), ETA: time.Duration(stall % int64(maxETA)),
			Waited:  Waited{ledger.Holder(count % 5), float64(stall%101) / 100},
			Outcome: Outcome(outcome & 3), UTF8: outcome&4 == 0,
		}
		checkLine(t, s, columns)
		first := s
		first.Sample = Sample{Size: size, HighWaterMark: count}
		first.Outcome, first.Stalled, first.Waited = Running, 0, Waited{}
		if got, want := places(s, columns), places(first, columns); got != want {
			t.Errorf("Render(%+v, %d) = %q\nhas its fields at %s; want %s", s, columns, Render(s, columns), got, want)
		}
		s.Outcome, s.Stalled = Running, 0
		checkLine(t, s, columns)
		if plain := Plain(s); strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("Plain(%+v) = %q; want one line without control characters", s, plain)
		}
	})
}
