package units

import "strconv"

// exact returns n in bytes or in a binary unit, whichever is shorter; on a tie
// the larger unit reads better. Decimal units take no part, so that no number
// has two names: 1000 is "1000" and not "1kB".
func exact(n int64) string {
	best := strconv.FormatInt(n, 10)
	for i, prefix := range "KMGT" {
		unit := int64(KiB) << (10 * i)
		if n < unit {
			break
		}
		if form := divide(n, unit) + string(prefix) + "iB"; len(form) <= len(best) {
			best = form
		}
	}
	return best
}

// divide returns n/unit in decimal, in full. unit is a power of two of at most
// 2⁴⁰: the fraction ends, and rest*10 does not overflow.
func divide(n, unit int64) string {
	digits := strconv.AppendInt(nil, n/unit, 10)
	rest := n % unit
	if rest > 0 {
		digits = append(digits, '.')
	}
	for ; rest > 0; rest %= unit {
		rest *= 10
		digits = append(digits, byte('0'+rest/unit))
	}
	return string(digits)
}
