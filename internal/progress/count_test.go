package progress

import (
	"math"
	"testing"
)

func TestFormatCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 42_598: "42598", 99_999: "99999",
		100_000: "100k", 426_999: "426k", 999_999: "999k",
		1_000_000: "1.0M", 1_299_999: "1.2M", 99_999_999: "99.9M", 100_000_000: "100M", 999_999_999: "999M",
		1_000_000_000: "1.0G", math.MaxInt64: "9.2E",
	} {
		if got := formatCount(n); got != want {
			t.Errorf("formatCount(%d) = %q; want %q", n, got, want)
		}
	}
}

func TestFormatTiny(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0B", 999: "999B", 1000: "0.9K", 1024: "1.0K", 10_239: "9.9K", 10_240: "10K", 999 << 10: "999K", 1000 << 10: "0.9M",
		210 << 20: "210M", 1_299_000_000: "1.2G", math.MaxInt64: "8.0E",
	} {
		if got := formatTiny(n); got != want {
			t.Errorf("formatTiny(%d) = %q; want %q", n, got, want)
		}
	}
}
