package units

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// options is a set of flags as a command would declare them.
type options struct {
	high, low Size
	rate      Rate
}

func (o *options) flags() *pflag.FlagSet {
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.VarP(&o.high, "high-water-mark", "H", "full at")
	fs.Var((*SizeOrZero)(&o.low), "low-water-mark", "drained at")
	fs.VarP(&o.rate, "rate", "L", "at most")
	return fs
}

func TestFlagsSet(t *testing.T) {
	o := options{high: 64 * KiB, low: KiB}
	args := []string{"-H", "1.5MiB", "--low-water-mark=0", "-L1MiB/s"}
	if err := o.flags().Parse(args); err != nil {
		t.Fatalf("Parse(%q) = %v; want nil", args, err)
	}
	if want := (options{high: 1536 * KiB, low: 0, rate: Rate(MiB)}); o != want {
		t.Errorf("Parse(%q) gave %+v; want %+v", args, o, want)
	}
	if args := []string{"--low-water-mark", "4KiB"}; o.flags().Parse(args) != nil || o.low != 4*KiB {
		t.Errorf("Parse(%q) gave %d; want 4096", args, int64(o.low))
	}
}

func TestFlagsRefuse(t *testing.T) {
	tests := []struct {
		flag, value, want string
	}{
		{"--high-water-mark", "0", `invalid argument "0" for "-H, --high-water-mark" flag: ` +
			`must not be zero; want a size such as 64KiB or 1.5MiB`},
		{"--low-water-mark", "-1", `invalid argument "-1" for "--low-water-mark" flag: ` +
			`must not be negative; want 0 or a size such as 64KiB`},
		{"--low-water-mark", "0.5", `invalid argument "0.5" for "--low-water-mark" flag: ` +
			`must be a whole number of bytes; want 0 or a size such as 64KiB`},
		{"--rate", "fast", `invalid argument "fast" for "-L, --rate" flag: ` +
			`must start with a digit; want a rate such as 1MiB/s or 500kB/s`},
	}
	for _, tt := range tests {
		before := options{high: 1, low: 2, rate: 3}
		o := before
		if err := o.flags().Parse([]string{tt.flag, tt.value}); err == nil || err.Error() != tt.want {
			t.Errorf("Parse(%q, %q) = %v\nwant %s", tt.flag, tt.value, err, tt.want)
		}
		if o != before {
			t.Errorf("Parse(%q, %q) changed %+v to %+v", tt.flag, tt.value, before, o)
		}
	}
}

func TestFlagsUsage(t *testing.T) {
	o := options{high: 64 * KiB}
	got := o.flags().FlagUsages()
	want := strings.Join([]string{
		"  -H, --high-water-mark SIZE   full at (default 64KiB)",
		"      --low-water-mark SIZE    drained at",
		"  -L, --rate RATE              at most",
		"",
	}, "\n")
	if got != want {
		t.Errorf("FlagUsages() =\n%s\nwant\n%s", got, want)
	}
}

func TestSizeOrZeroString(t *testing.T) {
	if got := SizeOrZero(0).String(); got != "0" {
		t.Errorf("SizeOrZero(0).String() = %q; want %q", got, "0")
	}
	if got := SizeOrZero(64 * KiB).String(); got != "64KiB" {
		t.Errorf("SizeOrZero(65536).String() = %q; want %q", got, "64KiB")
	}
}
