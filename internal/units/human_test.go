package units

import (
	"math"
	"strings"
	"testing"
)

func TestHuman(t *testing.T) {
	tests := []struct {
		size Size
		want string
	}{
		{0, "0 B"},
		{1, "1 B"},
		{512, "512 B"},
		{1000, "1000 B"},
		{1023, "1023 B"},
		{KiB, "1 KiB"},
		{KiB + 51, "1 KiB"},
		{KiB + 52, "1.1 KiB"},
		{1536, "1.5 KiB"},
		{10*KiB - 1, "10 KiB"},
		{62 * KiB, "62 KiB"},
		{64 * KiB, "64 KiB"},
		{64*KiB + 512, "64.5 KiB"},
		{100*KiB - 52, "99.9 KiB"},
		{100*KiB - 51, "100 KiB"},
		{999 * KiB, "999 KiB"},
		{999*KiB + 511, "999 KiB"},
		{999*KiB + 512, "0.98 MiB"},
		{1000 * KiB, "0.98 MiB"},
		{1023 * KiB, "1 MiB"},
		{MiB - 1, "1 MiB"},
		{MiB, "1 MiB"},
		{210 * MiB, "210 MiB"},
		{GiB - 1, "1 GiB"},
		{1_288_490_189, "1.2 GiB"},
		{2_791_728_742, "2.6 GiB"},
		{TiB, "1 TiB"},
		{1024 * TiB, "1 PiB"},
		{1024 * 1024 * TiB, "1 EiB"},
		{math.MaxInt64, "8 EiB"},
	}
	for _, tt := range tests {
		if got := tt.size.Human(); got != tt.want {
			t.Errorf("Size(%d).Human() = %q; want %q", int64(tt.size), got, tt.want)
		}
		compact := strings.ReplaceAll(tt.want, " ", "")
		if got := tt.size.Compact(); got != compact {
			t.Errorf("Size(%d).Compact() = %q; want %q", int64(tt.size), got, compact)
		}
		if got := Rate(tt.size).Human(); got != tt.want+"/s" {
			t.Errorf("Rate(%d).Human() = %q; want %q", int64(tt.size), got, tt.want+"/s")
		}
		if got := Rate(tt.size).Compact(); got != compact+"/s" {
			t.Errorf("Rate(%d).Compact() = %q; want %q", int64(tt.size), got, compact+"/s")
		}
	}
}

func TestHumanPair(t *testing.T) {
	tests := []struct {
		done, total Size
		want        string
	}{
		{0, 0, "0/0 B"},
		{5, 100, "5/100 B"},
		{1023, 1023, "1023/1023 B"},
		{62 * KiB, 64 * KiB, "62/64 KiB"},
		{100, 64 * KiB, "100 B/64 KiB"},
		{1_260_000_000, 2_791_728_742, "1.2/2.6 GiB"},
		{0, 2_791_728_742, "0 B/2.6 GiB"},
		{50 * MiB, 2_791_728_742, "50 MiB/2.6 GiB"},
		{2_791_728_742, 2_791_728_742, "2.6/2.6 GiB"},
		{GiB + GiB/5, 200 * GiB, "1.2/200 GiB"},
		{3 * GiB, 900 * MiB, "3 GiB/900 MiB"}, // more than was expected
	}
	for _, tt := range tests {
		if got := HumanPair(tt.done, tt.total); got != tt.want {
			t.Errorf("HumanPair(%d, %d) = %q; want %q", int64(tt.done), int64(tt.total), got, tt.want)
		}
	}
}

func TestPrecisePair(t *testing.T) {
	tests := []struct {
		done, total Size
		want        string
	}{
		{0, 0, "0/0 B"},
		{5, 100, "5/100 B"},
		{1023, 1024, "1023 B/1 KiB"},
		{1_299_227_607, 2_791_728_742, "1.21/2.60 GiB"},
		{2 * GiB, TiB, "2.00 GiB/1 TiB"},
		{0, 2_791_728_742, "0 B/2.60 GiB"},
		{999 * KiB, 2_791_728_742, "999 KiB/2.60 GiB"},
		{1000 * KiB, 2_791_728_742, "0.98 MiB/2.60 GiB"},
		{10 * MiB, 10 * MiB, "10.0/10 MiB"},
		{9_999_999, 300_000_000, "9.54/286 MiB"},
		{10*GiB - 1, 16 * GiB, "10.0/16 GiB"},
		{math.MaxInt64, math.MaxInt64, "8.00/8 EiB"},
	}
	for _, tt := range tests {
		if got := PrecisePair(tt.done, tt.total); got != tt.want {
			t.Errorf("PrecisePair(%d, %d) = %q; want %q", int64(tt.done), int64(tt.total), got, tt.want)
		}
	}
}

func TestSteady(t *testing.T) {
	tests := []struct {
		rate Rate
		want string
	}{
		{0, "0 B/s"},
		{1023, "1023 B/s"},
		{1024, "1.0 KiB/s"},
		{210 << 20, "210.0 MiB/s"},
		{1000<<10 - 52, "999.9 KiB/s"},
		{1000<<10 - 51, "1.0 MiB/s"},
		{math.MaxInt64, "8.0 EiB/s"},
	}
	for _, tt := range tests {
		if got := tt.rate.Steady(); got != tt.want {
			t.Errorf("Rate(%d).Steady() = %q; want %q", int64(tt.rate), got, tt.want)
		}
	}
}

func FuzzHuman(f *testing.F) {
	for _, seed := range []int64{0, 1023, 1024, 999*1024 + 512, 1<<20 - 1, 1 << 62, math.MaxInt64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		if n < int64(KiB) {
			return
		}
		number, unit, _ := strings.Cut(Size(n).Human(), " ")
		digits := len(strings.ReplaceAll(strings.TrimPrefix(number, "0."), ".", ""))
		if digits < 1 || digits > 3 || !strings.HasSuffix(unit, "iB") {
			t.Errorf("Size(%d).Human() = %q %q; want at most three digits and a unit", n, number, unit)
		}
	})
}
