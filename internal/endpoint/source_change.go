package endpoint

import (
	"fmt"
	"io"
	"os"
)

// A promise is how many bytes a source is to give: an earlier end is a failure of it, and not all that there is. A
// file promises its size at the start; the user may promise for any source. The zero value promises nothing.
type promise struct {
	file  *os.File // whose size was at the start; nil where there is no file
	first int64    // that size, of the whole file
	least int64    // bytes to come
	given bool     // least is the user's
	got   int64    // bytes that came
}

// expect sets what s promises, once it is known what it is. The user's word counts more than a size: of a file that is
// read up to a limit, nothing beyond matters.
func (s *Source) expect(opts SourceOptions) {
	p := &s.promise
	if s.kind == KindRegular && s.info != nil {
		p.first = s.info.Size()
	} else {
		p.file = nil
	}
	if s.sizeKnown {
		p.least = s.size
	}
	switch {
	case opts.StopAt > 0:
		p.least, p.given = opts.StopAt, true
	case opts.Size > p.least:
		p.least, p.given = opts.Size, true
	}
}

// Took is for those who read the descriptor from SyscallConn: n bytes more were taken.
func (s *Source) Took(n int64) { s.promise.got += n }

// Ended is how a source ends that somebody else ends: io.EOF, or the error that the user was promised more.
func (s *Source) Ended() error {
	if s.promise.given {
		if err := s.short(); err != nil {
			return err
		}
	}
	return io.EOF
}

// short returns an error if s, which is at its end, has given less than it promised. Where a file is smaller now than
// at the start, that is why.
func (s *Source) short() error {
	p := &s.promise
	if p.got >= p.least {
		return nil
	}
	if p.file != nil {
		info, err := p.file.Stat()
		if err != nil {
			return s.fail("read", err)
		}
		if now := info.Size(); now < p.first {
			return s.fail("read", fmt.Errorf("file shrank from %d to %d bytes while being copied", p.first, now))
		}
	}
	return s.fail("read", fmt.Errorf("ended after %d of %d bytes", p.got, p.least))
}
