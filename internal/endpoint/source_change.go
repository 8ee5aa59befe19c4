package endpoint

import (
	"fmt"
	"os"
)

// A changeWatch finds out whether a regular file has changed its size while it was read. Its zero value finds nothing.
type changeWatch struct {
	file  *os.File
	first int64 // the size at the start; 0 is none, as pseudo files have
	left  int64 // how much of it has not been read, negative for bytes beyond it
}

// watchChange begins to watch file, which stands at offset.
func (s *Source) watchChange(file *os.File, offset int64) {
	if size := s.info.Size(); s.kind == KindRegular && size > 0 {
		s.change = changeWatch{file, size, max(size-offset, 0)}
	}
}

// Took is for those who read the descriptor from SyscallConn: n bytes more were taken. Its error says that the file
// has grown.
func (s *Source) Took(n int64) error {
	s.change.left -= n
	if s.change.left < 0 {
		return s.changed()
	}
	return nil
}

// changed returns an error if what was read is not what was there at the start, because the size has changed since. It
// has not where a pseudo file gave less than its size, nor where the file that grew was not read to its end.
func (s *Source) changed() error {
	c := &s.change
	if c.file == nil || c.left == 0 {
		return nil
	}
	info, err := c.file.Stat()
	if err != nil {
		return s.fail("read", err)
	}
	how, now := "grew", info.Size()
	switch {
	case now == c.first:
		return nil
	case now < c.first:
		how = "shrank"
	}
	return s.fail("read", fmt.Errorf("file %s from %d to %d bytes while being copied", how, c.first, now))
}
