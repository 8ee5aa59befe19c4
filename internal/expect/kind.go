package expect

import (
	"errors"
	"math/big"
	"strings"
	"time"

	"bpcopy/internal/units"
)

// Kind is what a field holds, for numbers with their unit.
type Kind int

// The kinds of fields.
const (
	Text    Kind = iota
	Truth        // true or false
	Count        // a number of things
	Size         // bytes
	Rate         // bytes per second
	Seconds      // of time
	Share        // of a whole, from 0 to 1
)

func (k Kind) numeric() bool { return k >= Count }

// String says what the field holds: "pauses is a number".
func (k Kind) String() string {
	switch k {
	case Truth:
		return "true or false"
	case Count:
		return "a number"
	case Size:
		return "a size"
	case Rate:
		return "a rate"
	case Seconds:
		return "a time in seconds"
	case Share:
		return "a share"
	}
	return "a text"
}

// example says what a value for the field looks like.
func (k Kind) example() string {
	switch k {
	case Truth:
		return "true or false"
	case Count:
		return "a number such as 10"
	case Size:
		return "a size such as 64KiB"
	case Rate:
		return "a rate such as 1MiB/s"
	case Seconds:
		return "a time such as 2s or 0.5"
	case Share:
		return "a share such as 80% or 0.8"
	}
	return `a word, a text such as "in quotes", or null`
}

// parse reads a number in the unit of the kind, or in one of its other units.
// The error says what is wrong with s or what was expected, and does not name
// s.
func (k Kind) parse(s string) (*big.Rat, error) {
	switch n, plain := decimal(s); {
	case k == Size, k == Rate:
		return k.parseBytes(s)
	case plain:
		return n, nil
	case k == Seconds:
		if d, err := time.ParseDuration(s); err == nil && d >= 0 {
			return big.NewRat(int64(d), int64(time.Second)), nil
		}
	case k == Share:
		if percent, ok := strings.CutSuffix(s, "%"); ok {
			if n, plain := decimal(percent); plain {
				return n.Mul(n, big.NewRat(1, 100)), nil
			}
		}
	}
	return nil, errors.New("want " + k.example())
}

// parseBytes reads a size or a rate. Unlike where one is set, it may be zero.
func (k Kind) parseBytes(s string) (*big.Rat, error) {
	var n units.SizeOrZero
	if k == Size {
		err := n.Set(s)
		return new(big.Rat).SetInt64(int64(n)), err
	}
	if n.Set(strings.TrimSuffix(s, "/s")) != nil {
		_, err := units.ParseRate(s) // says it in terms of rates
		return nil, err
	}
	return new(big.Rat).SetInt64(int64(n)), nil
}

// decimal reads a plain number such as 10 or 1.5.
func decimal(s string) (*big.Rat, bool) {
	whole, fraction, pointed := strings.Cut(s, ".")
	if !digits(whole) || pointed && !digits(fraction) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// human is the number as a person would say it where that is shorter, or "". It
// says where it is rounded: 65537 is more than 64 KiB.
func (k Kind) human(n *big.Rat) string {
	if k != Size && k != Rate || !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() < int64(units.KiB) {
		return ""
	}
	bytes := units.Size(n.Num().Int64())
	human := bytes.Human()
	if bytes.Compact() != bytes.String() {
		human = "about " + human
	}
	if k == Rate {
		human += "/s"
	}
	return human
}
