package endpoint

import (
	"fmt"
	"io"
)

// skip leaves out the first n bytes of the source, from where it stands. To skip
// more than there is may be a mistake that would replace a file by an empty one,
// so it is an error.
func (s *Source) skip(n int64) error {
	switch {
	case n == 0:
		return nil
	case !s.OnDisk():
		return s.cannotSkip(n)
	case s.sizeKnown && n > s.size:
		return s.fail(fmt.Sprintf("skip %d bytes of", n), fmt.Errorf("there are only %d", s.size))
	}
	if _, err := s.file.Seek(n, io.SeekCurrent); err != nil {
		return s.fail(fmt.Sprintf("skip %d bytes of", n), err)
	}
	s.size = max(0, s.size-n)
	return nil
}

// cannotSkip returns the usage error of a source that has no offsets.
func (s *Source) cannotSkip(n int64) error {
	return &UsageError{
		text: fmt.Sprintf("--skip needs a file or a disk as source, not the %v %q", s.kind, s.operand),
		hint: fmt.Sprintf("to leave out what comes first in a stream: … | tail -c +%d | bpcopy - DST", n+1),
	}
}

// seek makes the destination begin at an offset from the start of the file.
func (d *Dest) seek(offset int64) error {
	file, own := d.stream.(ownFile)
	if !own || !d.OnDisk() {
		return cannotSeek(d.operand)
	}
	_, err := file.Seek(offset, io.SeekStart)
	return d.fail(fmt.Sprintf("seek to %d in", offset), err)
}

// cannotSeek returns the usage error of a destination that has no offsets, or
// whose offset belongs to others as well.
func cannotSeek(operand string) error {
	return &UsageError{text: fmt.Sprintf("--seek needs the path of a file or a disk as destination, not %q", operand)}
}

// mayHaveOffset reports whether seek can work on what is at p.
func (p Place) mayHaveOffset() bool { return p.stream == nil && (p.isFile() || p.isDisk()) }
