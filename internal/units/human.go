package units

import (
	"math"
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

// Precise returns s in three digits whose last zeros are kept, so that they do
// not come and go: "2.00 GiB", "64.0 KiB", "512 B".
func (s Size) Precise() string {
	u := unitFor(s)
	return u.digits(s) + " " + u.name
}

// Steady returns r with one decimal, so that its width hardly changes: "210.0
// MiB/s". Bytes have none. It takes at most 11 cells.
func (r Rate) Steady() string {
	u, decimals := displayUnit{"B", 1}, 0
	if Size(r) >= KiB {
		u, decimals = unitBelow(Size(r), 999.95), 1
	}
	return strconv.FormatFloat(float64(r)/u.bytes, 'f', decimals, 64) + " " + u.name + "/s"
}

// HumanPair returns how much of total is done, each in its own unit, which is
// said once if it is the same: "62/64 KiB", "512 B/64 KiB".
func HumanPair(done, total Size) string { return pair(done.Human(), total.Human()) }

// PrecisePair is HumanPair with [Size.Precise]: "1.21/2.60 GiB", "2.00 GiB/1
// TiB". A total that is whole in its unit has no decimals.
func PrecisePair(done, total Size) string { return pair(done.Precise(), preciseTotal(total)) }

// preciseTotal is the second part of a [PrecisePair].
func preciseTotal(total Size) string {
	if u := unitFor(total); math.Mod(float64(total), u.bytes) != 0 {
		return total.Precise()
	}
	return total.Human()
}

// pair joins two quantities.
func pair(done, total string) string {
	number, unit, _ := strings.Cut(done, " ")
	if strings.HasSuffix(total, " "+unit) {
		return number + "/" + total
	}
	return done + "/" + total
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
	return unitBelow(s, 999.5)
}

// unitBelow returns the smallest unit but bytes in which s is less than limit.
func unitBelow(s Size, limit float64) displayUnit {
	u := displayUnit{"KiB", float64(KiB)}
	for _, prefix := range "MGTPE" {
		if float64(s)/u.bytes < limit {
			break
		}
		u = displayUnit{string(prefix) + "iB", u.bytes * 1024}
	}
	return u
}

// digits returns s in units of u in three digits, or in whole bytes.
func (u displayUnit) digits(s Size) string {
	value, decimals := float64(s)/u.bytes, 0
	switch {
	case u.bytes == 1:
	case value < 9.995:
		decimals = 2
	case value < 99.95:
		decimals = 1
	}
	return strconv.FormatFloat(value, 'f', decimals, 64)
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
