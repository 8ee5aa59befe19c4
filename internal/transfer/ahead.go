package transfer

import (
	"context"
	"errors"
	"io"
	"sync"

	"bpcopy/internal/conduit"
)

// ahead is what a source has given ahead of its script, which delays it: bytes
// that are in the conduit, and of which the machine has yet to hear. So those
// behind them can be read while they are under way.
//
// One goroutine reads from the source, and another one tells the machine. What
// the source is doing is what the second one waits for.
type ahead struct {
	changed *sync.Cond // of the copy's lock, which guards what follows
	bytes   int64
	ended   bool // the source has ended
}

// mostAhead is how much a delayed source gives ahead at most: its own mark, or
// one chunk.
func (o Options) mostAhead() int64 {
	if !o.Producer.Delays() {
		return 0
	}
	return max(o.ReadAhead, o.ChunkSize)
}

// conduitChoice is where the bytes of the copy may wait. Those of a delayed source
// wait in memory only, since another one cannot be read and written at once.
func (o Options) conduitChoice() (conduit.Choice, error) {
	switch {
	case !o.Producer.Delays():
		return o.Conduit, nil
	case o.Conduit == conduit.Auto || o.Conduit == conduit.MemoryOnly:
		return conduit.MemoryOnly, nil
	}
	return 0, errors.New("a script that delays the source wants the conduit memory")
}

// readAhead reads from a delayed source until that ends or the copy is over. An
// error ends the copy at once, whatever is under way.
func (in *input) readAhead() {
	for {
		room := in.room()
		if room == 0 {
			return
		}
		size, err := in.chunk()
		var n int64
		if err == nil {
			n, err = in.move(min(size, room))
			in.moved(n)
		}
		if err != nil && err != io.EOF {
			in.tell(0, err)
			return
		}
		in.gave(n, err == io.EOF && n == 0)
	}
}

// room waits until a delayed source may give more, and returns how much. It is 0
// if the source is not to give any more.
func (in *input) room() int64 {
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	for {
		switch left := in.c.opts.ReadAhead - in.ahead.bytes; {
		case in.c.over || in.ended || in.ahead.ended:
			return 0
		case in.ahead.bytes == 0:
			return in.c.opts.ChunkSize
		case left > 0:
			return left
		}
		in.ahead.changed.Wait()
	}
}

// gave says that a delayed source has given n bytes, or has ended.
func (in *input) gave(n int64, ended bool) {
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	in.pace.written(n)
	in.ahead.bytes += n
	in.ahead.ended = ended
	in.ahead.changed.Broadcast()
}

// given waits until a delayed source has given bytes, and returns how many. It
// is 0 if the source has ended, or the copy is over.
func (in *input) given() int64 {
	in.now(moving)
	defer in.now(idle)
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	for !in.c.over && !in.ended && !in.ahead.ended && in.ahead.bytes == 0 {
		in.ahead.changed.Wait()
	}
	return in.ahead.bytes
}

// deliver does what the machine's request asks for: it tells of a chunk that the
// source has given, in its time. The end follows the last byte.
func (in *input) deliver(ctx context.Context) {
	size := min(in.given(), in.c.opts.ChunkSize)
	if size == 0 {
		in.tell(0, io.EOF)
		return
	}
	n, err := in.due(ctx, size)
	in.tell(n, err)
	in.told()
}

// due waits until some of size bytes are due, and returns how many.
func (in *input) due(ctx context.Context, size int64) (int64, error) {
	for {
		n, wait, end := in.pace.due(size, 0)
		switch {
		case end != nil:
			return 0, in.said(end)
		case wait == 0:
			in.pace.passed(n, nil)
			in.arrived(n)
			return n, nil
		}
		if err := in.sleep(ctx, wait); err != nil {
			return 0, err
		}
	}
}

// arrived says that the machine will hear of n bytes.
func (in *input) arrived(n int64) {
	in.c.mu.Lock()
	defer in.c.mu.Unlock()
	in.ahead.bytes -= n
	in.ahead.changed.Broadcast()
}
