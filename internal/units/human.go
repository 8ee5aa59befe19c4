package units

import (
	"strconv"
	"strings"
)

// Human returns s as a person would say it, in at most three digits: "1.2 GiB",
// "64 KiB", "512 B". A count of bytes below 1 KiB is never rounded, so it may
// have four.
func (s Size) Human() string {
	u := unitFor(s)
	return u.number(s) + " " + u.name
}

// Compact returns [Size.Human] without the space: "1.2GiB".
func (s Size) Compact() string {
	u := unitFor(s)
	return u.number(s) + u.name
}

// Human returns r as [Size.Human] does, per second: "210 MiB/s".
func (r Rate) Human() string { return Size(r).Human() + "/s" }

// Compact returns [Rate.Human] without the space: "210MiB/s".
func (r Rate) Compact() string { return Size(r).Compact() + "/s" }

// HumanPair returns how much of total is done, both in total's unit:
// "1.2/2.6 GiB".
func HumanPair(done, total Size) string {
	u := unitFor(total)
	return u.number(done) + "/" + u.number(total) + " " + u.name
}

// displayUnit is what a quantity is shown in. Its size is a float64 because
// shown numbers are rounded anyway.
type displayUnit struct {
	name  string
	bytes float64
}

// unitFor returns the unit that shows s best: the smallest in which s takes no
// more than three digits once rounded, or bytes where they are few.
func unitFor(s Size) displayUnit {
	if s < KiB {
		return displayUnit{"B", 1}
	}
	u := displayUnit{"KiB", float64(KiB)}
	for _, prefix := range "MGTPE" {
		if float64(s)/u.bytes < 999.5 {
			break
		}
		u = displayUnit{string(prefix) + "iB", u.bytes * 1024}
	}
	return u
}

// number returns s in units of u with two decimals below 1, one below 100 and
// none above, and no zeros at the end of a fraction.
func (u displayUnit) number(s Size) string {
	value := float64(s) / u.bytes
	decimals := 0
	switch {
	case value < 1:
		decimals = 2
	case value < 99.95:
		decimals = 1
	}
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}
