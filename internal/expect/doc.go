// Package expect parses conditions over the summary of a copy, and judges
// whether they hold. A CI job states them with --expect:
//
//	pauses >= 10                      drains == pauses
//	peak_length <= 80KiB              destinations[1].drains > 0
//	rate = 1MiB/s ± 5%                rate = 1MiB/s +- 10KiB/s
//	longest_pause_seconds < 2         paused_seconds in 1s..3s
//	result = ok                       requested_rate != null
//
// # Syntax
//
// A condition is a field, an operator and a value. Spaces between them are
// optional. The operators are = (or ==), !=, <, <=, > and >=, and "in" with a
// range, which includes both its ends. After = and != a tolerance may follow:
// "±" or "+-", and a percentage of the value or an amount.
//
// A value is a number in the unit of the field, another field of the same kind,
// a word, a text in double quotes, true, false or null. Null equals only null.
// It has no order: with any other operator than = and !=, a comparison with
// null does not hold. An optional field that the summary leaves out is null.
//
// # Words
//
//   - field: a value of the summary, named by its path: destinations[1].drains.
//   - kind: what a field holds: a text, a truth value, a count, or a number
//     with a unit.
//   - unit: bytes, bytes per second or seconds.
//   - tolerance: how far apart two numbers may be and still count as equal.
//   - verdict: whether a condition holds, and the values that it was judged by.
//
// The package knows no field by name. The caller says which fields there are,
// and of which kind. Numbers are compared exactly, as fractions.
package expect
