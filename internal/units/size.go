// Package units holds the two quantities bpcopy is configured with and
// reports in: a [Size] in bytes and a [Rate] in bytes per second.
//
// Both parse what a user types and print themselves so that the text parses
// back to the same value. Parsing is exact or refused: nothing is rounded, and
// nothing that is not understood is taken for "unlimited". Pointers to both are
// flag values in the sense of github.com/spf13/pflag.
//
// A size is a decimal number and a unit, with nothing between or around them:
//
//	64KiB  1.5MiB    powers of 1024: KiB MiB GiB TiB (kiB is KiB)
//	10k    1M        the same powers: K M G T, in either case
//	10kB   1.5GB     powers of 1000: kB MB GB TB (KB is kB)
//	1024   1024B     bytes
//
// Two- and three-letter units are taken as written above and in no other case:
// "kb" and "Mb" mean bits elsewhere, so they are refused here. A rate is a size
// with "/s" after it, which may be left out.
//
// Text for people ([Size.Human] and its kin) is rounded and does not parse back.
package units

import "fmt"

// Size is a number of bytes.
type Size int64

// The units of [Size], as written in Go: 64 * units.KiB.
const (
	KiB Size = 1 << (10 * (iota + 1))
	MiB
	GiB
	TiB
)

// ParseSize reads a size such as "64KiB", of at least one byte. The error says
// what is wrong with s and what was expected; it leaves naming s to the caller.
func ParseSize(s string) (Size, error) {
	n, err := parsePositive(s)
	if err != nil {
		return 0, fmt.Errorf("%w; want a size such as 64KiB or 1.5MiB", err)
	}
	return Size(n), nil
}

// String returns the shortest exact form of s, which [ParseSize] reads back:
// "64KiB", "1.5MiB", "1000".
func (s Size) String() string { return exact(int64(s)) }

// Set parses text into s. On an error s keeps its value.
func (s *Size) Set(text string) error {
	parsed, err := ParseSize(text)
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// Type names the value in a flag's usage line.
func (s *Size) Type() string { return "SIZE" }

// SizeOrZero is a [Size] flag for which 0 is a setting like any other, as it is
// for a low-water mark: convert the *Size to be set to a *SizeOrZero.
type SizeOrZero Size

// String returns what [Size.String] does.
func (s SizeOrZero) String() string { return exact(int64(s)) }

// Set parses text into s. On an error s keeps its value.
func (s *SizeOrZero) Set(text string) error {
	n, err := parse(text)
	if err != nil {
		return fmt.Errorf("%w; want 0 or a size such as 64KiB", err)
	}
	*s = SizeOrZero(n)
	return nil
}

// Type names the value in a flag's usage line.
func (s *SizeOrZero) Type() string { return "SIZE" }
