package units

import (
	"fmt"
	"strings"
)

// Rate is a number of bytes per second.
type Rate int64

// ParseRate reads a rate such as "1MiB/s" or "1MiB", of at least one byte per
// second. The error says what is wrong with s and what was expected; it leaves
// naming s to the caller.
func ParseRate(s string) (Rate, error) {
	n, err := parsePositive(strings.TrimSuffix(s, "/s"))
	if err != nil {
		return 0, fmt.Errorf("%w; want a rate such as 1MiB/s or 500kB/s", err)
	}
	return Rate(n), nil
}

// String returns the shortest exact form of r, which [ParseRate] reads back:
// "1MiB/s". The zero Rate, which no text parses to, is "0": so flag packages
// know it for "not set" and show no default.
func (r Rate) String() string {
	if r == 0 {
		return "0"
	}
	return exact(int64(r)) + "/s"
}

// Set parses text into r. On an error r keeps its value.
func (r *Rate) Set(text string) error {
	parsed, err := ParseRate(text)
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Type names the value in a flag's usage line.
func (r *Rate) Type() string { return "RATE" }
