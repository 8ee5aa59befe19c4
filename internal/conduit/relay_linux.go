package conduit

import (
	"errors"
	"io"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// Socket is one that is not in blocking mode, and what is known of it. Whoever
// waits for it resets Dry when it may have bytes, and Full when it may take
// some: only the edge of a change is told.
type Socket struct {
	FD     int
	Dry    bool // the last read found nothing more, and nothing is known to have come
	Full   bool // the last write found no room, and none is known to be there
	Ending bool // the peer has ended its side: what is left to read may be short
}

// Relay is a conduit between two sockets, of which there may be thousands. It
// holds no memory and no pipe while it is empty; a [Relays] lends both.
//
// Small reads go through memory that all relays of a goroutine share, and from
// there to the destination at once. Only what it does not take is kept. When
// every read is a large one, splice(2) moves the bytes through a pipe.
//
// The bytes in the pipe are the oldest, then come those kept in memory, then
// those in the shared memory.
type Relay struct {
	src, dst *Socket
	lender   *Relays

	piped  int64 // bytes in the pipe
	behind int64 // bytes kept in memory
	loose  int   // bytes in the shared memory, up to its mark
	pipe   relayPipe
	kept   *Memory // nil if none is lent

	bulk    bool // the reads are large: use the pipe
	large   int  // large reads in a row, or small ones under bulk
	spliced int64
	copied  int64
}

// The reads that make a relay change its way.
const (
	largeRead   = 64 << 10
	smallRead   = 16 << 10
	largeInARow = 2
	smallInARow = 8
)

// NewRelay returns a conduit from src to dst. The two stay the caller's.
func (p *Relays) NewRelay(src, dst *Socket) *Relay {
	return &Relay{src: src, dst: dst, lender: p, bulk: p.opts.Want == KernelOnly}
}

// Name returns "kernel" if most bytes went through a pipe, and else "memory".
func (r *Relay) Name() string {
	if r.spliced > r.copied {
		return "kernel"
	}
	return "memory"
}

// Drop does nothing. Without its only destination a copy is over.
func (*Relay) Drop(int) {}

// Close gives back what is lent. The sockets stay open.
func (r *Relay) Close() error {
	if r.loose > 0 {
		r.lender.first, r.lender.mark, r.loose = 0, 0, 0
	}
	if r.pipe != (relayPipe{}) {
		r.lender.takePipe(r.pipe, r.piped == 0)
		r.pipe, r.piped = relayPipe{}, 0
	}
	if r.kept != nil {
		r.lender.takeMemory(r.kept)
		r.kept, r.behind = nil, 0
	}
	return nil
}

// Settle makes the shared memory free for others, and gives back what is not
// needed. It is called after each turn of the copy.
func (r *Relay) Settle() error {
	if r.loose > 0 {
		if err := r.keep(); err != nil {
			return err
		}
	}
	if r.piped == 0 && r.pipe != (relayPipe{}) {
		r.lender.takePipe(r.pipe, true)
		r.pipe = relayPipe{}
	}
	if r.behind == 0 && r.kept != nil {
		r.lender.takeMemory(r.kept)
		r.kept = nil
	}
	return nil
}

// TryFill implements [Tried].
func (r *Relay) TryFill(size int64) (int64, error) {
	if r.src.Dry {
		return 0, nil
	}
	if r.bulk && r.behind == 0 && r.loose == 0 {
		n, done, err := r.fillPipe(size)
		if done {
			return n, err
		}
	}
	return r.fillMemory(size)
}

// borrowPipe reports whether there is a pipe. Without one it is not done, or it
// is an error.
func (r *Relay) borrowPipe() (ok bool, err error) {
	if r.pipe != (relayPipe{}) {
		return true, nil
	}
	if r.pipe, ok = r.lender.lendPipe(); ok {
		return true, nil
	}
	if r.lender.opts.Want == KernelOnly {
		return false, errNoPipe
	}
	r.bulk = false
	return false, nil
}

var errNoPipe = errors.New("conduit kernel: the kernel grants no more pipes")

// fillPipe moves what it can of one chunk into the pipe. It is not done if there
// is no pipe, or if the pipe has no room.
func (r *Relay) fillPipe(size int64) (n int64, done bool, err error) {
	if ok, err := r.borrowPipe(); !ok {
		return 0, err != nil, err
	}
	n, err = splice(r.src.FD, r.pipe.in, size)
	switch {
	case n > 0:
		r.piped += n
		r.spliced += n
		r.sized(n, size)
		return n, true, nil
	case err == unix.EAGAIN:
		if r.piped > 0 {
			if ready, err := readable(r.src.FD); err != nil || ready {
				return 0, false, nil // the pipe is full; a read tells what is wrong
			}
		}
		r.src.Dry = true
		return 0, true, nil
	case err == unix.EINVAL:
		r.bulk = false // no splice(2) here
		return 0, false, nil
	case err != nil:
		return 0, true, err
	}
	return 0, true, io.EOF
}

// sized notes how large a read was of which size bytes were wanted, and changes
// the way of the bytes accordingly.
func (r *Relay) sized(n, size int64) {
	if r.lender.opts.Want != Auto {
		return
	}
	switch isLarge := n >= min(size, largeRead); {
	case !r.bulk && isLarge:
		if r.large++; r.large >= largeInARow {
			r.bulk, r.large = true, 0
		}
	case r.bulk && n < smallRead:
		if r.large++; r.large >= smallInARow {
			r.bulk, r.large = false, 0
		}
	default:
		r.large = 0
	}
}

// fillMemory reads one chunk into memory.
func (r *Relay) fillMemory(size int64) (int64, error) {
	p := r.lender
	if r.behind > 0 || int64(len(p.shared)-p.mark) < size {
		return r.fillKept(size)
	}
	n, err := read(r.src.FD, p.shared[p.mark:p.mark+int(size)])
	if n > 0 {
		p.mark += n
		r.loose += n
	}
	return r.filled(int64(n), size, err)
}

// fillKept reads one chunk into memory that is lent.
func (r *Relay) fillKept(size int64) (int64, error) {
	if r.loose > 0 {
		if err := r.keep(); err != nil {
			return 0, err
		}
	}
	if err := r.borrowMemory(); err != nil {
		return 0, err
	}
	r.lender.socket.fd = r.src.FD
	r.kept.src = &r.lender.socket
	n, err := r.kept.Fill(size)
	r.behind += n
	return r.filled(n, size, err)
}

// filled is what became of a read into memory.
func (r *Relay) filled(n, size int64, err error) (int64, error) {
	switch {
	case err == unix.EAGAIN:
		r.src.Dry = true
		return 0, nil
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	r.src.Dry = n < size && !r.src.Ending
	r.copied += n
	r.sized(n, size)
	return n, nil
}

// keep moves what is in the shared memory into memory that is lent.
func (r *Relay) keep() error {
	if err := r.borrowMemory(); err != nil {
		return err
	}
	p := r.lender
	p.rest.bytes = p.shared[p.first:p.mark]
	r.kept.src = &p.rest
	for len(p.rest.bytes) > 0 {
		n, err := r.kept.Fill(math.MaxInt64)
		if err != nil {
			return err
		}
		r.behind += n
	}
	p.first, p.mark, r.loose = 0, 0, 0
	return nil
}

func (r *Relay) borrowMemory() (err error) {
	if r.kept == nil {
		r.kept, err = r.lender.lendMemory()
	}
	return err
}

// TryFlush implements [Tried].
func (r *Relay) TryFlush(size int64) (n int64, err error) {
	if r.dst.Full {
		return 0, nil
	}
	switch {
	case r.piped > 0:
		size = min(size, r.piped, socketPages*int64(os.Getpagesize()))
		n, err = splice(r.pipe.out, r.dst.FD, size)
		r.piped -= n
	case r.behind > 0:
		front := r.kept.front(0, min(size, r.behind))
		n, err = r.write(front)
		r.kept.took(0, n)
		r.behind -= n
	default:
		p := r.lender
		n, err = r.write(p.shared[p.first : p.first+int(min(size, int64(r.loose)))])
		p.first += int(n)
		if r.loose -= int(n); r.loose == 0 {
			p.first, p.mark = 0, 0
		}
	}
	if err == unix.EAGAIN {
		r.dst.Full, err = true, nil
	}
	return n, err
}

// write writes to the destination. If that takes only a part, it is full.
func (r *Relay) write(p []byte) (int64, error) {
	n, err := write(r.dst.FD, p)
	if n > 0 && n < len(p) {
		r.dst.Full = true
	}
	return int64(n), err
}

// socketReader reads a descriptor.
type socketReader struct{ fd int }

func (s *socketReader) Read(p []byte) (int, error) { return read(s.fd, p) }

// bytesReader reads what is in memory.
type bytesReader struct{ bytes []byte }

func (b *bytesReader) Read(p []byte) (int, error) {
	n := copy(p, b.bytes)
	b.bytes = b.bytes[n:]
	return n, nil
}
