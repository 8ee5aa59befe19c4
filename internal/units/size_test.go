package units

import (
	"math"
	"testing"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		in   string
		want Size
	}{
		{"1", 1},
		{"1024", 1024},
		{"1024B", 1024},
		{"0010", 10},
		{"1.0", 1},
		{"10k", 10 * KiB},
		{"10K", 10 * KiB},
		{"1m", MiB},
		{"1M", MiB},
		{"1g", GiB},
		{"1G", GiB},
		{"1t", TiB},
		{"1T", TiB},
		{"64KiB", 64 * KiB},
		{"64kiB", 64 * KiB},
		{"1.5MiB", 1536 * KiB},
		{"2GiB", 2 * GiB},
		{"3TiB", 3 * TiB},
		{"1kB", 1000},
		{"1KB", 1000},
		{"1.5MB", 1_500_000},
		{"2GB", 2_000_000_000},
		{"3TB", 3_000_000_000_000},

		// Exact, where floating point is not.
		{"0.5KiB", 512},
		{"0.001kB", 1},
		{"0.0009765625KiB", 1},
		{"1.10TB", 1_100_000_000_000},
		{"9007199254740993", 1<<53 + 1},
		{"8388607.999999999999090505298227071762084960937500TiB", math.MaxInt64},
		{"9223372036854775807", math.MaxInt64},
	}
	for _, tt := range tests {
		if got, err := ParseSize(tt.in); got != tt.want || err != nil {
			t.Errorf("ParseSize(%q) = %d, %v; want %d, nil", tt.in, int64(got), err, int64(tt.want))
		}
	}
}

// refusals are texts that no parser of this package takes, with the reason.
var refusals = []struct{ in, reason string }{
	{"", "must start with a digit"},
	{"KiB", "must start with a digit"},
	{".", "must start with a digit"},
	{".5MiB", "must start with a digit"},
	{"+1", "must start with a digit"},
	{"NaN", "must start with a digit"},
	{"Inf", "must start with a digit"},
	{"∞", "must start with a digit"},
	{"٣", "must start with a digit"},
	{"unlimited", "must start with a digit"},
	{"-1", "must not be negative"},
	{"-0", "must not be negative"},
	{" 1", "must not contain spaces"},
	{"1 ", "must not contain spaces"},
	{"1 KiB", "must not contain spaces"},
	{"1\u00a0KiB", "must not contain spaces"},
	{"1\n", "must not contain spaces"},
	{"1.", `"1." is not a decimal number`},
	{"1.MiB", `"1." is not a decimal number`},
	{"1.2.3", `"1.2.3" is not a decimal number`},
	{"1..5", `"1..5" is not a decimal number`},
	{"1.5", "must be a whole number of bytes"},
	{"1.3KiB", "must be a whole number of bytes"},
	{"0.1KiB", "must be a whole number of bytes"},
	{"0.0001kB", "must be a whole number of bytes"},
	{"9223372036854775808", "must be less than 8EiB (2^63 bytes)"},
	{"8388608TiB", "must be less than 8EiB (2^63 bytes)"},
	{"99999999999999999999999999TB", "must be less than 8EiB (2^63 bytes)"},
	{"1kb", unitReason(`"kb"`)},
	{"1kib", unitReason(`"kib"`)},
	{"1KIB", unitReason(`"KIB"`)},
	{"1Ki", unitReason(`"Ki"`)},
	{"1mB", unitReason(`"mB"`)},
	{"1Mb", unitReason(`"Mb"`)},
	{"1mib", unitReason(`"mib"`)},
	{"1miB", unitReason(`"miB"`)},
	{"1b", unitReason(`"b"`)},
	{"1P", unitReason(`"P"`)},
	{"1KK", unitReason(`"KK"`)},
	{"1K2", unitReason(`"K2"`)},
	{"1e3", unitReason(`"e3"`)},
	{"0x10", unitReason(`"x10"`)},
	{"1_000", unitReason(`"_000"`)},
	{"1,5MiB", unitReason(`",5MiB"`)},
	{"1/2", unitReason(`"/2"`)},
	{"1%", unitReason(`"%"`)},
	{"1\x00", unitReason(`"\x00"`)},
	{"1\xff", unitReason(`"\xff"`)},
	{"1MiB/sec", unitReason(`"MiB/sec"`)},
	{"1MiB/S", unitReason(`"MiB/S"`)},
}

func unitReason(quoted string) string {
	return "unit " + quoted + " is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B"
}

// zeros are texts that say zero in one way or another.
var zeros = []string{"0", "00", "0.0", "0B", "0KiB", "0.000MB"}

func TestParseSizeRefuses(t *testing.T) {
	const want = "; want a size such as 64KiB or 1.5MiB"
	check := func(in, reason string) {
		t.Helper()
		if got, err := ParseSize(in); got != 0 || err == nil || err.Error() != reason+want {
			t.Errorf("ParseSize(%q) = %d, %v\nwant 0, %s", in, int64(got), err, reason+want)
		}
	}
	for _, tt := range refusals {
		check(tt.in, tt.reason)
	}
	for _, zero := range zeros {
		check(zero, "must not be zero")
	}
	check("1MiB/s", unitReason(`"MiB/s"`))
}

func TestSizeString(t *testing.T) {
	tests := []struct {
		size Size
		want string
	}{
		{math.MinInt64, "-9223372036854775808"},
		{-1, "-1"},
		{0, "0"},
		{1, "1"},
		{512, "512"},
		{1000, "1000"},
		{1023, "1023"},
		{KiB, "1KiB"},
		{KiB + 1, "1025"},
		{1536, "1536"},
		{10 * KiB, "10KiB"},
		{64 * KiB, "64KiB"},
		{1_000_000, "1000000"},
		{MiB, "1MiB"},
		{MiB + 1, "1048577"},
		{MiB + KiB, "1025KiB"},
		{MiB + MiB/2, "1.5MiB"},
		{GiB + GiB/4, "1.25GiB"},
		{TiB, "1TiB"},
		{1024 * TiB, "1024TiB"},
		{math.MaxInt64 - TiB + 1, "8388607TiB"},
		{math.MaxInt64, "9223372036854775807"},
	}
	for _, tt := range tests {
		if got := tt.size.String(); got != tt.want {
			t.Errorf("Size(%d).String() = %q; want %q", int64(tt.size), got, tt.want)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, seed := range []string{"1024", "64KiB", "1.5MiB", "10k", "0.5KiB", "1.3KiB", "0", "-1", "1e3", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := ParseSize(text)
		if err != nil {
			if size != 0 {
				t.Fatalf("ParseSize(%q) = %d, %v; want 0 with an error", text, int64(size), err)
			}
			return
		}
		if size <= 0 {
			t.Fatalf("ParseSize(%q) = %d, nil; want more than 0", text, int64(size))
		}
		checkRoundTrip(t, size)
	})
}

func FuzzSizeString(f *testing.F) {
	for _, seed := range []int64{1, 1000, 1023, 1024, 1536, 1 << 20, 1<<40 + 1, math.MaxInt64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, n int64) {
		if n > 0 {
			checkRoundTrip(t, Size(n))
		}
	})
}

// checkRoundTrip fails unless size and the Rate of the same number both read
// back from their own text.
func checkRoundTrip(t *testing.T, size Size) {
	t.Helper()
	if got, err := ParseSize(size.String()); got != size || err != nil {
		t.Fatalf("ParseSize(%q) = %d, %v; want %d, nil", size.String(), int64(got), err, int64(size))
	}
	rate := Rate(size)
	if got, err := ParseRate(rate.String()); got != rate || err != nil {
		t.Fatalf("ParseRate(%q) = %d, %v; want %d, nil", rate.String(), int64(got), err, int64(rate))
	}
}
