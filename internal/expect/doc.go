// Package expect parses and judges conditions over the summary of a copy, such
// as a CI job states them:
//
//	pauses >= 10                      drains == pauses
//	peak_length <= 80KiB              destinations[1].drains > 0
//	rate = 1MiB/s ± 5%                rate = 1MiB/s +- 10KiB/s
//	longest_pause_seconds < 2         paused_seconds in 1s..3s
//	result = ok                       requested_rate != null
//
// A condition is a field, an operator and a value, with or without spaces
// between them. The operators are = (or ==), !=, <, <=, > and >=, and "in" with
// a range that includes both its ends. After = and != a tolerance may follow,
// "±" or "+-" with a percentage of the value or an amount. A value is a number in
// the unit of its field, another field in the same unit, a word, a text in double
// quotes, true, false or null. What is null equals only null and is neither more
// nor less than anything: every other comparison with it does not hold.
//
// Which fields there are, and of which kind, is told by whoever has the object to
// be judged: the package knows no field by name. Numbers are compared exactly, as
// rationals.
package expect
