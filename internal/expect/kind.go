package expect

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"time"

	"bpcopy/internal/units"
)

// kind is what a field holds, for numbers with their unit.
type kind int

const (
	text kind = iota
	truth
	count
	size    // bytes
	rate    // bytes per second
	seconds // of time
)

// sizeWords end the names of fields in bytes.
func sizeWords() []string {
	return []string{"size", "length", "mark", "ahead", "limit", "memory", "buffered", "resident"}
}

// kindOf tells the kind of a field by an example of its value and, for the unit
// of a number, by the words of its name.
func kindOf(path string, example value) kind {
	switch {
	case example.number == nil && (example.text == "true" || example.text == "false"):
		return truth
	case example.number == nil:
		return text
	}
	words := strings.Split(path[strings.LastIndexByte(path, '.')+1:], "_")
	switch last := words[len(words)-1]; {
	case last == "seconds":
		return seconds
	case last == "rate":
		return rate
	case slices.Contains(words, "bytes"), slices.Contains(sizeWords(), last):
		return size
	}
	return count
}

func (k kind) numeric() bool { return k >= count }

// String says what the field holds: "pauses is a number".
func (k kind) String() string {
	switch k {
	case truth:
		return "true or false"
	case count:
		return "a number"
	case size:
		return "a size"
	case rate:
		return "a rate"
	case seconds:
		return "a time in seconds"
	}
	return "a text"
}

// example says what a value for the field looks like.
func (k kind) example() string {
	switch k {
	case truth:
		return "true or false"
	case count:
		return "a number such as 10"
	case size:
		return "a size such as 64KiB"
	case rate:
		return "a rate such as 1MiB/s"
	case seconds:
		return "a time such as 2s or 0.5"
	}
	return `a word, a text such as "in quotes", or null`
}

// parse reads a number in the unit of the kind, or in one of its other units. The
// error says what is wrong with s or what was expected, and does not name s.
func (k kind) parse(s string) (*big.Rat, error) {
	switch n, plain := decimal(s); {
	case k == size, k == rate:
		return k.parseBytes(s)
	case plain:
		return n, nil
	case k == seconds:
		if d, err := time.ParseDuration(s); err == nil && d >= 0 {
			return big.NewRat(int64(d), int64(time.Second)), nil
		}
	}
	return nil, errors.New("want " + k.example())
}

// parseBytes reads a size or a rate. Unlike where one is set, it may be zero.
func (k kind) parseBytes(s string) (*big.Rat, error) {
	var n units.SizeOrZero
	if k == size {
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
func (k kind) human(n *big.Rat) string {
	if k != size && k != rate || !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() < int64(units.KiB) {
		return ""
	}
	bytes := units.Size(n.Num().Int64())
	human := bytes.Human()
	if bytes.Compact() != bytes.String() {
		human = "about " + human
	}
	if k == rate {
		human += "/s"
	}
	return human
}
