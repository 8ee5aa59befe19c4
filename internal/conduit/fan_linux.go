package conduit

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Fan is a conduit in the kernel with several destinations. The source is spliced into
// a pipe, tee(2) gives the same pages to a pipe for each destination, and from there
// they are spliced. So each byte is held once, and copied by none but the ends.
//
// If a pipe has no page left for an arrival, it goes into memory, and so do all later
// ones until memory is empty again. The bytes in the pipes are always older than those
// in memory.
type Fan struct {
	src     SplicedSource
	conn    syscall.RawConn
	regular bool  // the source is a file: a chunk is all that is asked for
	in, out int   // the ends of the pipe that is filled
	filled  int64 // bytes in it
	dsts    []*fanEnd
	memory  *Memory

	fallBack bool        // if splice(2) fails, use read(2) and write(2)
	refused  bool        // splice(2) failed at the source
	behind   bool        // there are bytes in memory: all others go there
	fellBack atomic.Bool // some bytes have moved by read(2) or write(2) alone

	// One call of splice from the source: what it is to move, and what came of it.
	trySource func(fd uintptr) (done bool)
	wanted, n int64
	err       error
}

// fanEnd is one destination. Its pipe is written by who fills, and read by who
// flushes to it.
type fanEnd struct {
	dst     SplicedDestination
	conn    syscall.RawConn
	in, out int
	got     int64        // of the chunk that is being shared
	piped   atomic.Int64 // bytes in the pipe
	atOnce  int64        // most bytes to splice in one call
	reader  consumer
	buffer  []byte // for what cannot be spliced; nil while it can
	dropped atomic.Bool

	// One call of splice to the destination: what it is to move, and what came of it.
	try       func(fd uintptr) (done bool)
	wanted, n int64
	err       error
	nap       time.Duration
}

// openFan returns a kernel conduit with several destinations, or why there cannot be
// one.
func openFan(opts Options, src SplicedSource, dsts []Destination) (_ Conduit, err error) {
	f := &Fan{src: src, regular: src.Regular(), in: -1, out: -1, fallBack: opts.Want == Auto}
	defer func() {
		if err != nil {
			_ = f.closePipes()
		}
	}()
	if err := src.Spliceable(); err != nil {
		return nil, err
	}
	if f.conn, err = connOf(src, "source"); err != nil {
		return nil, err
	}
	f.trySource = func(fd uintptr) bool {
		f.n, f.err = spliceAgain(int(fd), f.in, f.wanted, int(fd), unix.POLLIN)
		return f.err != unix.EAGAIN
	}
	size, slack := opts.Hold+opts.Chunk-2, 2*int64(os.Getpagesize()) // a chunk may begin and end within a page
	if f.in, f.out, _, err = makePipe(opts.Chunk + slack); err != nil {
		return nil, err
	}
	for _, dst := range dsts {
		to, ok := dst.(SplicedDestination)
		if !ok {
			return nil, errors.New("a destination has no descriptor")
		}
		if err := to.Spliceable(); err != nil {
			return nil, err
		}
		if to.Regular() && opts.Want == Auto {
			return nil, errors.New("memory is faster to several files")
		}
		d, err := newFanEnd(to, size)
		if err != nil {
			return nil, err
		}
		f.dsts = append(f.dsts, d)
	}
	f.memory, err = NewMemory(fanSource{f}, dsts, opts.Hold, opts.Chunk)
	if err != nil {
		return nil, err
	}
	for _, d := range f.dsts {
		if d.dst.Socket() {
			_, _ = d.dst.Write(nil) // begins to drop the answers; an error comes again
		}
	}
	return f, nil
}

func newFanEnd(dst SplicedDestination, size int64) (d *fanEnd, err error) {
	d = &fanEnd{dst: dst, atOnce: mostAtOnce(dst)}
	fd, err := descriptor(dst, "destination")
	if err != nil {
		return nil, err
	}
	if d.conn, err = connOf(dst, "destination"); err != nil {
		return nil, err
	}
	d.reader = newConsumer(dst, fd)
	d.try = func(fd uintptr) bool {
		d.n, d.err = spliceAgain(d.out, int(fd), d.wanted, int(fd), unix.POLLOUT)
		if d.err != unix.EAGAIN {
			return true
		}
		d.reader.filled()
		d.nap = d.reader.nap()
		d.reader.stirs() // if this is called again, the kernel has found room
		return d.nap > 0
	}
	if d.in, d.out, _, err = makePipe(size); err != nil {
		return nil, err
	}
	return d, nil
}

// spliceAgain is splice, and once more if the kernel would have had it wait for fd and
// poll(2) sees no reason: the runtime waits for a change, and there might be none.
func spliceAgain(from, to int, size int64, fd int, events int16) (int64, error) {
	n, err := splice(from, to, size)
	if err == unix.EAGAIN && ready(fd, events) {
		n, err = splice(from, to, size)
	}
	return n, err
}

func ready(fd int, events int16) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: events}}
	n, err := unix.Poll(fds, 0)
	return n > 0 && err == nil
}

// connOf is descriptor for who waits with it.
func connOf(end Spliced, name string) (syscall.RawConn, error) {
	conn, ok := end.SyscallConn()
	if !ok {
		return nil, fmt.Errorf("the %s is shared with other processes and might block", name)
	}
	return conn, nil
}

// Name returns "kernel", or "memory" once bytes have moved by read(2) or write(2)
// alone. No call may be in progress.
func (f *Fan) Name() string {
	if f.fellBack.Load() {
		return "memory"
	}
	return "kernel"
}

// Drop implements [Conduit]. What is in the pipe is thrown away, and nothing more
// comes in.
func (f *Fan) Drop(dst int) {
	f.dsts[dst].dropped.Store(true)
	f.memory.Drop(dst)
}

// Close frees the pipes and the memory. No call may be in progress.
func (f *Fan) Close() error { return cmp.Or(f.closePipes(), f.memory.Close()) }

func (f *Fan) closePipes() error {
	var failed error
	shut := func(in, out int) {
		for _, fd := range []int{in, out} {
			if fd >= 0 {
				failed = cmp.Or(failed, unix.Close(fd))
			}
		}
	}
	shut(f.in, f.out)
	for _, d := range f.dsts {
		shut(d.in, d.out)
	}
	if failed != nil {
		return fmt.Errorf("close the pipes between source and destinations: %w", failed)
	}
	return nil
}

// Fill implements [Blocking].
func (f *Fan) Fill(size int64) (int64, error) {
	f.behind = f.behind && !f.memory.empty()
	if !f.behind && !f.refused {
		if n, err := f.fillPipe(size); n > 0 || err != nil {
			return n, err
		}
	}
	n, err := f.memory.Fill(size)
	f.behind = f.behind || n > 0
	if f.refused && n > 0 {
		f.fellBack.Store(true)
	}
	return n, err
}

// fillPipe fills the pipes. It returns 0 if the source has to be read: it is at its
// end, or does not work with splice(2).
func (f *Fan) fillPipe(size int64) (int64, error) {
	for f.filled < size {
		f.wanted = size - f.filled
		if waited := f.conn.Read(f.trySource); waited != nil {
			return 0, f.src.ReadError(waited)
		}
		if f.n == 0 {
			break
		}
		f.filled += f.n
		if !f.regular {
			break
		}
	}
	if f.filled > 0 {
		f.src.Took(f.filled)
		return f.share()
	}
	if f.err != nil {
		if !f.fallBack || !again(f.src, f.err) {
			return 0, f.src.ReadError(refusal(f.err))
		}
		f.refused = true
	}
	return 0, nil
}

// share gives what was filled to every destination. What a pipe does not take goes
// into memory, and so does what follows until memory is empty.
func (f *Fan) share() (int64, error) {
	n := f.filled
	last := f.last()
	for _, d := range f.dsts {
		d.got = 0
		if d != last && !d.dropped.Load() {
			d.got, _ = tee(f.out, d.in, n) // an error moves nothing
			f.behind = f.behind || d.got < n
		}
	}
	if last != nil && !f.behind {
		last.got, _ = splice(f.out, last.in, n)
		f.filled -= last.got
		f.behind = last.got < n
	}
	moved := n - f.filled // what memory will not have
	for f.filled > 0 {
		if _, err := f.memory.Fill(f.filled); err != nil {
			return 0, err
		}
	}
	for i, d := range f.dsts {
		d.piped.Add(d.got)
		if f.behind && !d.dropped.Load() {
			f.memory.took(i, d.got-moved)
		}
	}
	return n, nil
}

// last is the destination that gets the pages themselves: there is nobody after it.
func (f *Fan) last() (last *fanEnd) {
	for _, d := range f.dsts {
		if !d.dropped.Load() {
			last = d
		}
	}
	return last
}

// fanSource is what memory reads: first what the pipe still has, then the source.
type fanSource struct{ *Fan }

// Read reads once.
func (s fanSource) Read(p []byte) (int, error) {
	if s.filled == 0 {
		return s.src.Read(p)
	}
	n, err := read(s.out, p[:min(int64(len(p)), s.filled)])
	s.filled -= int64(n)
	if err != nil || n == 0 {
		err = fmt.Errorf("read the pipe between source and destinations: %w", cmp.Or(err, io.ErrUnexpectedEOF))
	}
	return n, err
}

// Flush implements [Blocking].
func (f *Fan) Flush(dst int, size int64) (done int64, err error) {
	d := f.dsts[dst]
	for done < size && err == nil {
		var n int64
		piped := min(size-done, d.piped.Load(), d.atOnce)
		switch {
		case piped == 0:
			n, err = f.memory.Flush(dst, size-done)
		case d.buffer != nil:
			n, err = d.write(piped)
			f.fellBack.Store(true)
		default:
			n, err = d.splice(piped, f.fallBack)
		}
		done += n
	}
	return done, err
}

// splice moves bytes from the pipe to the destination, and waits until some can go.
func (d *fanEnd) splice(size int64, fallBack bool) (int64, error) {
	d.wanted = size
	waited := d.conn.Write(d.try)
	switch {
	case waited != nil:
		return 0, d.dst.WriteError(waited)
	case d.err == unix.EAGAIN:
		short := unix.NsecToTimespec(int64(d.nap))
		_ = unix.Nanosleep(&short, nil) // package time takes a millisecond at least
		d.reader.wakes(d.nap)
		return 0, nil
	case d.n > 0:
		d.took(d.n)
		d.dst.Wrote(d.n)
		return d.n, nil
	case !fallBack || !again(d.dst, d.err):
		return 0, d.dst.WriteError(refusal(cmp.Or(d.err, error(unix.EINVAL))))
	}
	d.buffer = make([]byte, scratchSize)
	return 0, nil
}

// write reads bytes from the pipe and writes them.
func (d *fanEnd) write(size int64) (int64, error) {
	n, err := read(d.out, d.buffer[:min(size, scratchSize)])
	if err != nil || n == 0 {
		return 0, fmt.Errorf("read the pipe between source and destination: %w", cmp.Or(err, io.ErrUnexpectedEOF))
	}
	wrote, err := d.dst.Write(d.buffer[:n])
	d.took(int64(n)) // what was not written is lost with the destination
	return int64(wrote), err
}

func (d *fanEnd) took(n int64) {
	d.piped.Add(-n)
	d.reader.wrote += n
}
