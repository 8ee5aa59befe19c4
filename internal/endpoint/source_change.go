package endpoint

import (
	"fmt"
	"io"
	"os"
)

// A promise is the least number of bytes that a source must give. An earlier
// end is an error. A file promises the size that it has at the start. The user
// may promise for any source. The zero value promises nothing.
type promise struct {
	file  *os.File // the file, if its size was the promise; else nil
	first int64    // size of the whole file at the start
	least int64    // bytes that must come
	given bool     // the user gave least
	got   int64    // bytes that have come
}

// expect sets what s promises, after s is opened. StopAt counts more than the
// size of a file, because nothing is read beyond it. Size counts if it is more
// than the size of a file.
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
	case opts.StopAt != nil:
		p.least, p.given = *opts.StopAt, true
	case opts.Size > p.least:
		p.least, p.given = opts.Size, true
	}
}

// Took says that n bytes were read from the descriptor from SyscallConn.
func (s *Source) Took(n int64) {
	s.promise.got += n
	s.passed(n)
}

// Ended returns how the source ends if a script ends it: io.EOF, or an error if
// the user promised more bytes.
func (s *Source) Ended() error {
	if s.promise.given {
		if err := s.short(); err != nil {
			return err
		}
	}
	return io.EOF
}

// short returns an error if s has given fewer bytes than promised. It is called
// at the end of s. If the file is smaller now than at the start, the error says
// so.
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
