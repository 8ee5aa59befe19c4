package units

import (
	"math"
	"testing"
)

func TestParseRate(t *testing.T) {
	tests := []struct {
		in   string
		want Rate
	}{
		{"1", 1},
		{"1/s", 1},
		{"1MiB/s", Rate(MiB)},
		{"1MiB", Rate(MiB)},
		{"1.5m/s", Rate(1536 * KiB)},
		{"500kB/s", 500_000},
		{"9223372036854775807B/s", math.MaxInt64},
	}
	for _, tt := range tests {
		if got, err := ParseRate(tt.in); got != tt.want || err != nil {
			t.Errorf("ParseRate(%q) = %d, %v; want %d, nil", tt.in, int64(got), err, int64(tt.want))
		}
	}
}

func TestParseRateRefuses(t *testing.T) {
	const want = "; want a rate such as 1MiB/s or 500kB/s"
	check := func(in, reason string) {
		t.Helper()
		if got, err := ParseRate(in); got != 0 || err == nil || err.Error() != reason+want {
			t.Errorf("ParseRate(%q) = %d, %v\nwant 0, %s", in, int64(got), err, reason+want)
		}
	}
	for _, tt := range refusals {
		check(tt.in, tt.reason)
	}
	for _, zero := range zeros {
		check(zero, "must not be zero")
		check(zero+"/s", "must not be zero")
	}
	check("/s", "must start with a digit")
	check("1 /s", "must not contain spaces")
	check("1MiB/s/s", unitReason(`"MiB/s"`))
	check("1s", unitReason(`"s"`))
	check("1.3KiB/s", "must be a whole number of bytes")
}

func TestRateString(t *testing.T) {
	tests := []struct {
		rate Rate
		want string
	}{
		{0, "0"},
		{1, "1/s"},
		{1000, "1000/s"},
		{Rate(64 * KiB), "64KiB/s"},
		{Rate(MiB), "1MiB/s"},
		{math.MaxInt64, "9223372036854775807/s"},
	}
	for _, tt := range tests {
		if got := tt.rate.String(); got != tt.want {
			t.Errorf("Rate(%d).String() = %q; want %q", int64(tt.rate), got, tt.want)
		}
	}
}
