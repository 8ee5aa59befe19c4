package faults

import (
	"regexp"
	"slices"
)

// known are violations that wait to be mended: a pattern of "SITUATION FAULT:
// VIOLATION" for each. Whoever mends one takes it away here.
func known() []string {
	return []string{
		// A link that cannot be looked at is taken for a file, and replaced.
		`^replace-link newfstatat:8:\w+: status 0: dst has`,
		// Attributes and access lists that cannot be read are lost without a word.
		` (f?getxattr|f?listxattr):\S+:(EOPNOTSUPP|ENOSYS): \w+ is new with`,
		// The second name of an old file stays when no rename works.
		`^no-exchange renameat:1\+:\w+: status 1: left in`,
		// How much the peer has not taken yet is asked for with ioctl.
		`^tcp-out ioctl:1\+:\w+: status 1; want`,
		// When shutdown fails, nothing but the peer ends the wait for its end.
		`^tcp-out shutdown:\S+: does not end`,
	}
}

// isKnown reports whether all that is wrong is known.
func isKnown(situation string, f Fault, wrong []string) bool {
	return !slices.ContainsFunc(wrong, func(violation string) bool {
		text := situation + " " + f.String() + ": " + violation
		return !slices.ContainsFunc(known(), func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) })
	})
}
