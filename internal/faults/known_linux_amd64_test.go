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
		// The owner of a replaced file is lost without a word.
		` fchown:\S+: \S+ is new with `,
		` none: dst is new with .*posix_acl`,
		// What a sandbox refuses is no reason to copy through memory.
		` splice:1\+:(ENOSYS|EPERM|EOPNOTSUPP|EXDEV): status 1; want`,
		`^tcp-out ioctl:1\+:\w+: status 1; want`,
		// Several destinations are completed one by one.
		`: status \d+: \d of \d destinations are new`,
		// A file that ends before its size is taken for all of it.
		`:end: `,
		// The folder is opened and synced when the new file has its name.
		`^(\S*fsync|preserve-new|reports-three) (openat|fsync):\S+: status 1: the destinations are new`,
		// A refused ppoll is tried for ever.
		` ppoll:1\+:\w+: does not end`,
		// A listener whose address the kernel does not tell.
		` getsockname:\S+: (status 2; want|a stack trace)`,
		// A link that cannot be looked at is taken for a file, and replaced.
		`^replace-link newfstatat:4:\w+: status 0: dst has`,
	}
}

// isKnown reports whether all that is wrong is known.
func isKnown(situation string, f Fault, wrong []string) bool {
	return !slices.ContainsFunc(wrong, func(violation string) bool {
		text := situation + " " + f.String() + ": " + violation
		return !slices.ContainsFunc(known(), func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) })
	})
}
