package endpoint

import "fmt"

// Regular reports whether this is a regular file.
func (e *end) Regular() bool { return e.kind == KindRegular }

// OnDisk reports whether this is a regular file or a block device.
func (e *end) OnDisk() bool { return e.kind == KindRegular || e.kind == KindBlockDevice }

// Socket reports whether this is a socket of any family.
func (e *end) Socket() bool { return e.kind == KindSocket }

// Spliceable returns nil if splice(2) may work on the descriptor, or else why
// not.
func (e *end) Spliceable() error {
	switch e.kind {
	case KindRegular, KindPipe, KindSocket:
		return nil
	}
	return fmt.Errorf("%s %q is a %s", e.side, e.operand, e.kind)
}

// Spliceable returns nil if splice(2) may work on the descriptor, or else why
// not. It does not work on files that are appended to.
func (d *Dest) Spliceable() error {
	if d.appending {
		return fmt.Errorf("%s %q is appended to", d.side, d.operand)
	}
	return d.end.Spliceable()
}

// Ranged returns nil if any part of the source may be copied at any time, or else why
// not: it is a file that nobody else reads.
func (s *Source) Ranged() error {
	switch {
	case s.kind != KindRegular:
		return fmt.Errorf("%s %q is a %s", s.side, s.operand, s.kind)
	case !s.isNamed:
		return fmt.Errorf("%s %q is shared with other processes", s.side, s.operand)
	case !s.sizeKnown:
		return fmt.Errorf("%s %q has no size: the kernel makes it up", s.side, s.operand)
	}
	return nil
}

// Ranged returns nil if any part of the destination may be written at any time, or
// else why not: it is a file that nobody else writes.
func (d *Dest) Ranged() error {
	switch {
	case d.kind != KindRegular:
		return fmt.Errorf("%s %q is a %s", d.side, d.operand, d.kind)
	case d.appending:
		return fmt.Errorf("%s %q is appended to", d.side, d.operand)
	case d.isConsumer:
		return fmt.Errorf("%s %q is shared with other processes", d.side, d.operand)
	}
	return nil
}
