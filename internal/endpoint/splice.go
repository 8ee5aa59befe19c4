package endpoint

import "fmt"

// Regular reports whether this is a regular file.
func (e *end) Regular() bool { return e.kind == KindRegular }

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
