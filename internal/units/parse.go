package units

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"
)

// parsePositive is parse for quantities that make no sense at zero.
func parsePositive(s string) (int64, error) {
	n, err := parse(s)
	if err == nil && n == 0 {
		return 0, errors.New("must not be zero")
	}
	return n, err
}

// parse reads a number with a unit as a whole number of bytes. Errors are
// worded to follow the text they are about: `invalid argument "-1": must …`.
func parse(s string) (int64, error) {
	switch {
	case strings.ContainsFunc(s, unicode.IsSpace):
		return 0, errors.New("must not contain spaces")
	case strings.HasPrefix(s, "-"):
		return 0, errors.New("must not be negative")
	}
	number, unit := splitNumber(s)
	if err := checkDecimal(number); err != nil {
		return 0, err
	}
	scale := unitBytes(unit)
	if scale == 0 {
		return 0, fmt.Errorf("unit %q is none of K, KiB, kB, M, MiB, MB, G, GiB, GB, T, TiB, TB, B", unit)
	}
	return multiply(number, scale)
}

// splitNumber cuts s where its leading digits and points end.
func splitNumber(s string) (number, unit string) {
	unit = strings.TrimLeft(s, "0123456789.")
	return strings.TrimSuffix(s, unit), unit
}

// checkDecimal reports why number, made of digits and points, is not a plain
// decimal number such as "10" or "1.5".
func checkDecimal(number string) error {
	whole, fraction, pointed := strings.Cut(number, ".")
	switch {
	case whole == "":
		return errors.New("must start with a digit")
	case pointed && fraction == "", strings.Contains(fraction, "."):
		return fmt.Errorf("%q is not a decimal number", number)
	}
	return nil
}

// unitBytes returns the number of bytes in unit, or 0 where there is no such
// unit.
func unitBytes(unit string) int64 {
	switch unit {
	case "", "B":
		return 1
	case "k", "K", "kiB", "KiB":
		return int64(KiB)
	case "m", "M", "MiB":
		return int64(MiB)
	case "g", "G", "GiB":
		return int64(GiB)
	case "t", "T", "TiB":
		return int64(TiB)
	case "kB", "KB":
		return 1e3
	case "MB":
		return 1e6
	case "GB":
		return 1e9
	case "TB":
		return 1e12
	}
	return 0
}

// multiply returns number, a plain decimal number, times scale where that is a
// whole number of bytes. It works in rationals because floating point cannot
// tell 2⁵³ from 2⁵³+1, nor an exact product from a rounded one.
func multiply(number string, scale int64) (int64, error) {
	product, ok := new(big.Rat).SetString(number)
	if !ok {
		panic("units: internal error: not a decimal number: " + number)
	}
	product.Mul(product, new(big.Rat).SetInt64(scale))
	switch {
	case !product.IsInt():
		return 0, errors.New("must be a whole number of bytes")
	case !product.Num().IsInt64():
		return 0, errors.New("must be less than 8EiB (2^63 bytes)")
	}
	return product.Num().Int64(), nil
}
