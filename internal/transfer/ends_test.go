package transfer

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

// memorySource reads from memory, whole chunks at once.
type memorySource struct{ io.Reader }

func (memorySource) Cancel() {}

func sourceOf(size int64) memorySource {
	return memorySource{io.LimitReader(counting{new(byte)}, size)}
}

// counting yields 0, 1, 2 … for ever.
type counting struct{ next *byte }

func (c counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = *c.next
		*c.next++
	}
	return len(p), nil
}

// checked is a destination that accepts what counting yields, and nothing else.
type checked struct {
	t    *testing.T
	next byte
	n    int64
}

func (c *checked) Write(p []byte) (int, error) {
	for _, b := range p {
		if b != c.next {
			c.t.Errorf("byte %d is %d; want %d", c.n, b, c.next)
			return 0, errors.New("bytes out of order")
		}
		c.next++
		c.n++
	}
	return len(p), nil
}

func (*checked) Cancel() {}

// slow takes a time for each write.
type slow struct {
	Destination
	each time.Duration
}

func (s slow) Write(p []byte) (int, error) {
	time.Sleep(s.each)
	return s.Destination.Write(p)
}

// discarding is a writer that needs no cancelling.
type discarding struct{ io.Writer }

func (discarding) Cancel() {}

// stuck is an end that waits until it is cancelled.
type stuck struct{ released chan struct{} }

func newStuck() stuck { return stuck{make(chan struct{}, 100)} }

func (s stuck) Cancel()                   { s.released <- struct{}{} }
func (s stuck) Read([]byte) (int, error)  { <-s.released; return 0, context.Canceled }
func (s stuck) Write([]byte) (int, error) { <-s.released; return 0, context.Canceled }

// virtual makes a copy nap in virtual time, of which the kernel knows nothing.
func virtual(c *Copy) {
	c.newSleeper = newTimed
	c.input.pace.nap = time.Sleep
	for _, out := range c.outs {
		out.pace.nap = time.Sleep
	}
}
