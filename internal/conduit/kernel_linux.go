package conduit

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// Kernel is a conduit in a pipe of our own: splice(2) moves the bytes in and
// out, and they never come through user space.
//
// A pipe is full when its pages are, and a small arrival takes a whole page. So
// there is a memory conduit behind the pipe: it takes what the pipe has no page
// for, and everything after that until it is empty again. What is in the pipe is
// always older than what is in memory.
type Kernel struct {
	memory  *Memory
	src     SplicedSource
	dst     SplicedDestination
	in, out int   // the ends of the pipe
	piped   int64 // bytes in it
	behind  int64 // bytes in memory
	pages   int64 // most pages of the pipe that are in use
	room    int64 // pages that it has
	atOnce  int64 // most bytes to flush in one call
	poll    poll
	answers Answering // the destination, for as long as its peer may answer, or nil

	fallBack bool   // read and write where splice(2) is refused, rather than fail
	refused  bool   // it was, by the source
	scratch  []byte // for a destination that refuses it
}

// openKernel returns a kernel conduit, or the reason why there cannot be one.
func openKernel(want Choice, src Source, dsts []Destination, hold, chunk int64) (Conduit, error) {
	if len(dsts) != 1 {
		return nil, fmt.Errorf("it has one destination, not %d", len(dsts))
	}
	from, ok := src.(SplicedSource)
	if !ok {
		return nil, errors.New("the source has no descriptor")
	}
	to, ok := dsts[0].(SplicedDestination)
	if !ok {
		return nil, errors.New("the destination has no descriptor")
	}
	if err := errors.Join(from.Spliceable(), to.Spliceable()); err != nil {
		return nil, err
	}
	k, err := NewKernel(from, to, hold, chunk)
	if err != nil {
		return nil, err
	}
	k.fallBack = want == Auto
	return k, nil
}

// NewKernel returns a conduit for chunks of at most chunk bytes that can take one
// more of them whenever it holds no more than hold bytes. It fails, with the
// reason, where the kernel cannot do that; no byte has moved then.
func NewKernel(src SplicedSource, dst SplicedDestination, hold, chunk int64) (_ *Kernel, err error) {
	k := &Kernel{src: src, dst: dst, atOnce: mostAtOnce(dst)}
	if k.poll.src, err = descriptor(src, "source"); err != nil {
		return nil, err
	}
	if k.poll.dst, err = descriptor(dst, "destination"); err != nil {
		return nil, err
	}
	if k.poll.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, fmt.Errorf("make an eventfd: %w", err)
	}
	if k.in, k.out, k.room, err = makePipe(hold + chunk - 2); err != nil {
		return nil, errors.Join(err, unix.Close(k.poll.wake))
	}
	if k.memory, err = NewMemory(src, []Destination{dst}, hold, chunk); err != nil {
		return nil, errors.Join(err, k.closePipe())
	}
	if answering, ok := dst.(Answering); ok && answering.Answers() {
		k.answers = answering
	}
	return k, nil
}

// descriptor is that of an end, which stays open for as long as the conduit is.
func descriptor(end Spliced, name string) (fd int, err error) {
	conn, ok := end.SyscallConn()
	if !ok {
		return 0, fmt.Errorf("the %s is shared with other processes and might block", name)
	}
	if bad := conn.Control(func(open uintptr) { fd = int(open) }); bad != nil {
		return 0, fmt.Errorf("use the descriptor of the %s: %w", name, bad)
	}
	return fd, nil
}

// socketPages is how many pages the kernel hands to a socket at a time. A splice
// of more makes it wait for the rest of them before it sends: measured, that took
// half as long again.
const socketPages = 16

// mostAtOnce is the most bytes to splice to dst in one call.
func mostAtOnce(dst Spliced) int64 {
	if dst.Socket() {
		return socketPages * int64(os.Getpagesize())
	}
	return math.MaxInt32
}

// makePipe makes a pipe that holds size bytes in full pages.
func makePipe(size int64) (in, out int, pages int64, err error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return 0, 0, 0, fmt.Errorf("make a pipe: %w", err)
	}
	granted, err := unix.FcntlInt(uintptr(ends[1]), unix.F_SETPIPE_SZ, int(min(size, 1<<31)))
	if err != nil || int64(granted) < size {
		unix.Close(ends[0])
		unix.Close(ends[1])
		return 0, 0, 0, fmt.Errorf("the kernel grants no pipe of the %d bytes that the marks need", size)
	}
	return ends[1], ends[0], int64(granted) / int64(os.Getpagesize()), nil
}

// Name is what the summary calls it: what has carried the bytes, or would. No end
// may be in use.
func (k *Kernel) Name() string {
	if k.refused || k.scratch != nil {
		return "memory"
	}
	return "kernel"
}

// Close gives the pipe and the memory back. Neither end may be in use.
func (k *Kernel) Close() error { return errors.Join(k.closePipe(), k.memory.Close()) }

func (k *Kernel) closePipe() error {
	return errors.Join(unix.Close(k.in), unix.Close(k.out), unix.Close(k.poll.wake))
}

// Drop does nothing: without its only destination a copy is over.
func (k *Kernel) Drop(int) {}

// TryFill moves one chunk of at most size bytes from the source into the pipe, or
// as far as it has no room, into memory. It moves none where the source has none.
func (k *Kernel) TryFill(size int64) (int64, error) {
	if k.poll.dry {
		return 0, nil
	}
	var n int64
	if k.behind == 0 && !k.refused {
		var more bool
		var err error
		if n, more, err = k.fillPipe(size); err != nil || !more {
			return n, err
		}
	}
	if n == 0 && !k.src.Regular() && !readable(k.poll.src) {
		k.poll.dry = true
		return 0, nil
	}
	behind, err := k.memory.Fill(size - n)
	k.behind += behind
	if n > 0 && err == io.EOF {
		err = nil // the next call will say so again
	}
	return n + behind, err
}

// fillPipe moves what it can of one chunk into the pipe. There is more where the
// pipe is full, or the source is to be read to know: at its end, or because it
// refuses to be spliced.
func (k *Kernel) fillPipe(size int64) (n int64, more bool, err error) {
	if k.piped == 0 {
		k.pages = 0
	}
	n, more, err = k.spliceIn(size)
	switch {
	case err == unix.EINVAL: // some special files are only read, and nothing tells which
		if !k.fallBack {
			return 0, false, k.src.ReadError(errRefused)
		}
		k.refused = true
		return 0, true, nil
	case err != nil:
		return 0, false, k.src.ReadError(err)
	}
	if n > 0 {
		k.piped += n
		k.pages += n/int64(os.Getpagesize()) + 2
	}
	return n, more, k.src.Took(n)
}

var errRefused = errors.New("the kernel conduit does not work with it")

// spliceIn moves bytes from the source into the pipe, and finds out whether there
// is more to be read.
func (k *Kernel) spliceIn(size int64) (n int64, more bool, err error) {
	n, err = splice(k.poll.src, k.in, size)
	tight := n < size && (err != nil || k.mayBeFull(size))
	switch {
	case err != nil && err != unix.EAGAIN:
		return 0, false, err
	case n == 0 && err == nil:
		return 0, true, nil
	case n == size:
		return n, false, nil
	case k.src.Regular():
		return n, true, nil
	case !tight || !readable(k.poll.src):
		k.poll.dry = true
		return n, false, nil
	}
	// More came just now, or the pipe is full: the second try tells.
	rest, err := splice(k.poll.src, k.in, size-n)
	switch {
	case err == unix.EAGAIN:
		return n, true, nil
	case err != nil && n == 0:
		return 0, false, err
	}
	return n + rest, n+rest == 0, nil
}

// mayBeFull reports whether the pipe may lack a page for a chunk of size bytes.
// Each arrival may take two pages that it does not fill.
func (k *Kernel) mayBeFull(size int64) bool {
	return k.pages+size/int64(os.Getpagesize())+2 > k.room
}

// TryFlush moves up to size of the oldest bytes to the destination, as many as it
// takes without waiting, and says how many. The others stay in the conduit.
func (k *Kernel) TryFlush(size int64) (n int64, err error) {
	if k.poll.full {
		return 0, nil
	}
	size = min(size, k.atOnce)
	if k.piped > 0 {
		n, err = splice(k.out, k.poll.dst, min(size, k.piped))
		k.piped -= n
		if err == unix.EINVAL {
			if !k.fallBack {
				return n, k.dst.WriteError(errRefused)
			}
			return k.copyOut(min(size, k.piped))
		}
	} else {
		var taken int
		taken, err = write(k.poll.dst, k.memory.front(0, min(size, k.behind)))
		n = int64(taken)
		k.behind -= n
		k.memory.took(0, n)
	}
	k.dst.Wrote(n)
	if err == unix.EAGAIN {
		k.poll.full = true
		return n, nil
	}
	return n, k.dst.WriteError(err)
}

// scratchSize is a fair share of the cache.
const scratchSize = 64 << 10

// copyOut is for a destination that is only written: it reads the pipe.
func (k *Kernel) copyOut(size int64) (int64, error) {
	if k.scratch == nil {
		k.scratch = make([]byte, scratchSize)
	}
	n, err := unix.Read(k.out, k.scratch[:min(size, scratchSize)])
	if err != nil {
		return 0, fmt.Errorf("read the pipe of the conduit: %w", err)
	}
	k.piped -= int64(n)
	n, err = k.dst.Write(k.scratch[:n])
	return int64(n), err
}

func splice(from, to int, size int64) (int64, error) {
	for {
		n, err := unix.Splice(from, nil, to, nil, int(size), unix.SPLICE_F_NONBLOCK|unix.SPLICE_F_MOVE)
		if err != unix.EINTR {
			return max(int64(n), 0), err
		}
	}
}

func write(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Write(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
