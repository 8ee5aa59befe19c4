package endpoint

import "fmt"

// Regular reports whether this end is a regular file.
func (e *end) Regular() bool { return e.kind == KindRegular }

// Socket reports whether this end is a socket, of whatever family.
func (e *end) Socket() bool { return e.kind == KindSocket }

// Spliceable returns nil where the kernel can move bytes by itself, with
// splice(2), or else why not.
func (e *end) Spliceable() error {
	switch e.kind {
	case KindRegular, KindPipe, KindSocket:
		return nil
	}
	return fmt.Errorf("%s %q is a %s", e.side, e.operand, e.kind)
}

// Spliceable is that of both ends, but for files that are appended to.
func (d *Dest) Spliceable() error {
	if d.appending {
		return fmt.Errorf("%s %q is appended to", d.side, d.operand)
	}
	return d.end.Spliceable()
}
