package picture

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/ledger"
)

const kib = 1 << 10

// at returns a snapshot of one destination.
func at(ms int, read, taken, length, pauses, drains int64) ledger.Snapshot {
	return ledger.Snapshot{
		Read: read * kib, Written: taken * kib, Elapsed: time.Duration(ms) * time.Millisecond,
		Pauses: pauses, Resumes: drains, Drains: drains, Length: length * kib, PeakLength: 64 * kib,
		Destinations: []ledger.Destination{{Bytes: taken * kib, Writes: (taken + length) / 16, Drains: drains, Length: length * kib}},
	}
}

// observed returns a history of snapshots, and the last of them.
func observed(snapshots ...ledger.Snapshot) (*History, ledger.Snapshot) {
	h := new(History)
	for _, s := range snapshots {
		h.Observe(s.Elapsed, s)
	}
	return h, snapshots[len(snapshots)-1]
}

func TestDraw(t *testing.T) {
	tests := map[string]struct {
		snapshots []ledger.Snapshot
		style     Style
		columns   int
		want      string
	}{
		"a write returns false": {
			[]ledger.Snapshot{at(0, 0, 0, 0, 0, 0), at(1000, 48, 0, 48, 0, 0), at(1100, 80, 0, 64, 1, 0)}, Style{UTF8: true}, 80, `
head

source  paused  ▕████████                         ▏ 16 KiB wait, mark 64 KiB
      ┃ data              ▲ pause() 1               △ resume() 0
      ▼                   ┃ write() is false        │ drain 0
queue   full    ▕█████████████████████████████┊   ▏ 64 KiB wait, mark 64 KiB
      ▽ taken
destination     0 B taken

last 1 s             █                                             64 KiB`},
		"a drain": {
			[]ledger.Snapshot{at(1000, 80, 0, 64, 1, 0), at(1900, 80, 48, 16, 1, 0), at(2000, 80, 64, 16, 1, 1)}, Style{UTF8: true}, 80, `
head

source  flowing ▕                                 ▏ 0 B wait, mark 64 KiB
      ┃ data              △ pause() 1               ▲ resume() 1
      ▼                   │ write() is false        ┃ drain 1
queue           ▕███████                      ┊   ▏ 16 KiB wait, mark 64 KiB
      ▼ taken
destination     64 KiB taken

last 2 s             █   ▃▃                                        64 KiB`},
		"nothing happens any more, in ASCII": {
			[]ledger.Snapshot{at(1000, 80, 0, 64, 1, 0), at(2000, 80, 64, 16, 1, 1), at(2200, 80, 64, 16, 1, 1)}, Style{}, 80, `
head

source  flowing [                                 ] 0 B wait, mark 64 KiB
      . data              . pause() 1               . resume() 1
      .                   . write() is false        . drain 1
queue           [#######                      !   ] 16 KiB wait, mark 64 KiB
      . taken
destination     64 KiB taken

last 2 s             #    --                                       64 KiB`},
		"lit, in ASCII and few columns": {
			[]ledger.Snapshot{at(0, 0, 0, 0, 0, 0), at(1100, 144, 64, 64, 1, 1)}, Style{}, 60, `
head

source  flowing [###          ] 16 KiB wait, mark 64 KiB
      | data       ^ pause() 1         ^ resume() 1
      v            | write() is false  | drain 1
queue   full    [############!] 64 KiB wait, mark 64 KiB
      v taken
destination     64 KiB taken

last 1 s             #                             64 KiB`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h, now := observed(tt.snapshots...)
			lines := Draw(Scene{Head: "head", Now: now, Mark: 64 * kib, ReadAhead: 64 * kib}, h, tt.style, tt.columns)
			if got := strings.Join(lines, "\n"); got != tt.want[1:] {
				t.Errorf("Draw() =\n%s\nwant%s", got, tt.want)
			}
			if len(lines) != Lines {
				t.Errorf("%d lines; want %d", len(lines), Lines)
			}
		})
	}
}

// Lit arrows are painted, and painted text takes no more room.
func TestColour(t *testing.T) {
	h, now := observed(at(0, 0, 0, 0, 0, 0), at(100, 80, 0, 64, 1, 0))
	scene := Scene{Head: "head", Now: now, Mark: 64 * kib, ReadAhead: 64 * kib}
	plain, coloured := Draw(scene, h, Style{UTF8: true}, 80), Draw(scene, h, Style{UTF8: true, Colour: true}, 80)
	if want := "      \x1b[1m┃\x1b[m\x1b[1m data\x1b[m              \x1b[1;33m▲\x1b[m\x1b[1;33m pause() 1\x1b[m               △ resume() 0"; coloured[3] != want {
		t.Errorf("line 4 is %q; want %q", coloured[3], want)
	}
	for i, line := range coloured {
		for _, sequence := range []string{"\x1b[1m", "\x1b[1;33m", "\x1b[m"} {
			line = strings.ReplaceAll(line, sequence, "")
		}
		if line != plain[i] {
			t.Errorf("line %d without colours is %q; want %q", i+1, line, plain[i])
		}
	}
}

// Several destinations have a line each, or there are too many.
func TestSeveralDestinations(t *testing.T) {
	tests := map[int][]string{
		0: {"", "", "", ""},
		2: {"queue 1 full", "queue 2", "", ""},
		4: {"queue 1 full", "queue 2", "queue 3", "queue 4"},
		7: {"queue 1 full", "queue 2", "queue 3", "queues          4 more; at most 64 KiB wait"},
	}
	for n, want := range tests {
		s := ledger.Snapshot{Length: 64 * kib, PeakLength: 64 * kib, Destinations: make([]ledger.Destination, n)}
		if n > 0 {
			s.Destinations[0].Length = 64 * kib
		}
		h, now := observed(s)
		lines := Draw(Scene{Head: "head", Now: now, Mark: 64 * kib}, h, Style{}, 80)
		if len(lines) != Lines {
			t.Errorf("%d destinations: %d lines; want %d", n, len(lines), Lines)
		}
		var got []string
		for _, line := range lines[5:9] {
			label, _, _ := strings.Cut(line, "[")
			got = append(got, strings.TrimRight(label, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d destinations: %q; want %q", n, got, want)
		}
	}
}

func TestDrawPair(t *testing.T) {
	heeded, first := observed(at(0, 0, 0, 0, 0, 0), at(900, 16, 0, 16, 1, 0), at(1000, 96, 16, 16, 5, 4))
	ignored, second := observed(at(0, 0, 0, 0, 0, 0), at(900, 64, 0, 64, 0, 0), at(1000, 96, 16, 80, 0, 0))
	first.PeakLength, second.PeakLength = 16*kib, 80*kib
	side := func(name string, s ledger.Snapshot, h *History) Side {
		return Side{Scene: Scene{Now: s, Mark: 16 * kib}, Name: name, Observed: h}
	}
	lines := DrawPair("head", side("heeded", first, heeded), side("ignored", second, ignored), Style{UTF8: true}, 80)
	want := `
head

heeded  full    ▕██████┊                          ▏ 16 KiB wait, mark 16 KiB
                pause 5  drain 4  16 KiB taken
last 1 s            ▂▂                                             16 KiB

ignored full    ▕██████┊██████████████████████    ▏ 80 KiB wait, mark 16 KiB
                pause 0  drain 0  16 KiB taken
last 1 s            ▇█                                             80 KiB
`
	if got := strings.Join(lines, "\n"); got != want[1:] || len(lines) != Lines {
		t.Errorf("DrawPair() =\n%s\n%d lines; want%s", got, len(lines), want)
	}
}

// No picture is wider than its terminal, whatever is in it.
func TestWidth(t *testing.T) {
	const most = 1<<63 - 1
	s := at(100_000, 0, 0, 0, most, most)
	s.Read, s.Length, s.PeakLength = most, most, most
	s.Destinations = []ledger.Destination{{Bytes: 1000 * kib, Length: most}}
	h, now := observed(at(0, 0, 0, 0, 0, 0), s)
	for columns := MinColumns; columns <= 200; columns++ {
		for _, mark := range []int64{0, 1, 1023 * kib, most} {
			scene := Scene{Now: now, Mark: mark, ReadAhead: mark}
			lines := append(Draw(scene, h, Style{UTF8: true}, columns), DrawPair("", Side{scene, "a", h}, Side{scene, "b", h}, Style{}, columns)...)
			for _, line := range lines {
				if got := len([]rune(line)); got >= columns {
					t.Errorf("%d columns, mark %d: %q has %d cells", columns, mark, line, got)
				}
			}
		}
	}
}

// A history forgets what is older than its sparks, also if nobody looked in
// between.
func TestHistoryForgets(t *testing.T) {
	tests := map[string]struct {
		ms   []int // when 64 KiB waited; at the end 16 wait
		want []int64
	}{
		"every span":         {[]int{0, 200, 400}, []int64{64, 64, 64, 16}},
		"several in a span":  {[]int{400, 410, 590}, []int64{0, 0, 64, 16}},
		"the oldest is gone": {[]int{0, 9800}, append(make([]int64, 48), 64, 16)},
		"all are gone":       {[]int{0, 40_000}, append(make([]int64, 48), 64, 16)},
		"none is left":       {[]int{0, 100, 1 << 30}, append(make([]int64, 48), 64, 16)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := new(History)
			for _, ms := range tt.ms {
				h.Observe(time.Duration(ms)*time.Millisecond, at(ms, 0, 0, 64, 0, 0))
			}
			end := tt.ms[len(tt.ms)-1]/200*200 + 200
			h.Observe(time.Duration(end)*time.Millisecond, at(end, 0, 0, 16, 0, 0))
			got := h.last(sparks)
			for i := range got {
				got[i] /= kib
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("last(%d) = %d; want %d", sparks, got, tt.want)
			}
		})
	}
}

// The time goes on while that of the snapshots stands still, and an arrow is lit
// for 200 ms.
func TestHistoryGoesOn(t *testing.T) {
	h := new(History)
	s := at(50, 80, 0, 64, 1, 0)
	var got []bool
	for _, ms := range []int{0, 100, 199, 200, 150} {
		h.Observe(time.Duration(ms)*time.Millisecond, s)
		got = append(got, h.isLit(pause))
	}
	if want := []bool{true, true, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("pause is lit: %t; want %t", got, want)
	}
	if got := h.last(sparks); !slices.Equal(got, []int64{64 * kib, 64 * kib}) {
		t.Errorf("the sparks are %d; want two of 64 KiB", got)
	}
}

func TestCount(t *testing.T) {
	tests := map[int64]string{0: "0", 99_999: "99999", 100_000: "100k", 426_399: "426k", 99_999_999: "99999k", 100_000_000: "100M", 1<<63 - 1: "9223P"}
	for n, want := range tests {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q; want %q", n, got, want)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	h := new(History)
	s := at(0, 0, 0, 64, 0, 0)
	b.ReportAllocs()
	for b.Loop() {
		s.Elapsed += time.Millisecond
		h.Observe(s.Elapsed, s)
	}
}
