package faults

import (
	"regexp"
	"slices"
)

// known are violations that wait to be mended: a pattern of "SITUATION FAULT:
// VIOLATION" for each. Whoever mends one takes it away here.
func known() []string {
	return []string{
		// A destination that cannot be opened ends the copy, also with --keep-going.
		`^keep-going \S+: status 1 for one destination`,
		// The conduit closes its own pipe after the destinations are complete, and
		// that this fails is an error, without a name.
		` close:\S+: an error that names nothing`,
		` close:\S+: status 1: the destinations are new`,
		// What a sandbox refuses is no reason to copy through memory.
		` splice:1\+:(ENOSYS|EPERM|EOPNOTSUPP|EXDEV): status 1; want`,
		`^no-splice none: status 1; want`,
		`^tcp-out ioctl:1\+:\w+: status 1; want`,
		// A file that ends before its size is taken for all of it.
		`:end: `,
		// A link that cannot be looked at is taken for a file, and replaced.
		`^replace-link newfstatat:8:\w+: status 0: dst has`,
		// Attributes and access lists that cannot be read are lost without a word.
		` (f?getxattr|f?listxattr):\S+:(EOPNOTSUPP|ENOSYS): \w+ is new with`,
		// A second name of the old file stays when no rename works.
		`^no-exchange renameat:1\+:\w+: status 1: left in`,
		// A refused ppoll is tried for ever.
		` ppoll:1\+:\w+: does not end`,
		// A listener whose address the kernel does not tell.
		` getsockname:\S+: (status 2; want|a stack trace)`,
	}
}

// isKnown reports whether all that is wrong is known.
func isKnown(situation string, f Fault, wrong []string) bool {
	return !slices.ContainsFunc(wrong, func(violation string) bool {
		text := situation + " " + f.String() + ": " + violation
		return !slices.ContainsFunc(known(), func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) })
	})
}
