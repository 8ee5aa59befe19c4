package conduit

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"golang.org/x/sys/unix"

	"bpcopy/internal/pipes"
)

// Kernel is a conduit in a pipe of its own. splice(2) moves the bytes from the
// source into the pipe and from the pipe to the destination, so they never come
// through user space.
//
// A pipe is full when all its pages are in use, and a small arrival takes a
// whole page. So behind the pipe there is a memory conduit. It takes the bytes
// for which the pipe has no page, and all later bytes until it is empty again.
// The bytes in the pipe are always older than those in memory.
type Kernel struct {
	memory  *Memory
	src     SplicedSource
	dst     SplicedDestination
	in, out int   // the ends of the pipe
	piped   int64 // bytes in the pipe, and in fetched
	behind  int64 // bytes in memory
	pages   int64 // upper bound of the pipe's pages in use
	room    int64 // pages that the pipe has
	atOnce  int64 // most bytes to flush in one call
	poll    poll
	reader  consumer
	writer  producer
	answers Answering // the destination while its peer may answer, else nil

	fallBack bool   // if splice(2) fails, use read(2) and write(2)
	refused  bool   // splice(2) failed at the source: it is read into memory now
	written  bool   // splice(2) failed at the destination: write(2) is used now
	failed   error  // error of splice(2) at the source, after bytes that it moved
	fellBack bool   // some bytes have moved by read(2) or write(2)
	scratch  []byte // memory for fetched
	fetched  []byte // read from the pipe, and not yet taken by the destination
}

// openKernel returns a kernel conduit, or why there cannot be one.
func openKernel(opts Options, src Source, dsts []Destination) (Conduit, error) {
	from, ok := src.(SplicedSource)
	if !ok {
		return nil, errors.New("the source has no descriptor")
	}
	if len(dsts) != 1 {
		return openFan(opts, from, dsts)
	}
	to, ok := dsts[0].(SplicedDestination)
	if !ok {
		return nil, errors.New("the destination has no descriptor")
	}
	if err := errors.Join(from.Spliceable(), to.Spliceable()); err != nil {
		return nil, err
	}
	k, err := NewKernel(from, to, opts.Hold, opts.Chunk)
	if err != nil {
		return nil, err
	}
	k.fallBack = opts.Want == Auto
	return k, nil
}

// NewKernel returns a conduit in the kernel. While it holds at most hold bytes,
// it can take one more chunk of at most chunk bytes. The error says why the
// kernel cannot do that. NewKernel moves no byte.
func NewKernel(src SplicedSource, dst SplicedDestination, hold, chunk int64) (_ *Kernel, err error) {
	k := &Kernel{src: src, dst: dst, atOnce: mostAtOnce(dst)}
	if k.poll.src, err = descriptor(src, "source"); err != nil {
		return nil, err
	}
	if k.poll.dst, err = descriptor(dst, "destination"); err != nil {
		return nil, err
	}
	k.reader = newConsumer(dst, k.poll.dst)
	k.writer = newProducer(src, k.poll.src, dst)
	if err := k.poll.works(); err != nil {
		return nil, fmt.Errorf("poll the descriptors: %w", err)
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

// descriptor returns the descriptor of a source or a destination. It must stay
// open for as long as the conduit.
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

// socketPages is how many pages the kernel hands to a socket at a time. If one
// splice has more, the kernel waits for the rest before it sends. Measured:
// that took half as long again.
const socketPages = 16

// mostAtOnce returns the most bytes to splice to dst in one call.
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
	granted := pipes.Enlarge(ends[1], int(min(size, math.MaxInt32)))
	if int64(granted) < size {
		unix.Close(ends[0])
		unix.Close(ends[1])
		return 0, 0, 0, fmt.Errorf("the kernel grants no pipe of the %d bytes that the marks need", size)
	}
	return ends[1], ends[0], int64(granted) / int64(os.Getpagesize()), nil
}

// Name returns "kernel", or "memory" once bytes have moved by read(2) or
// write(2). No call may be in progress.
func (k *Kernel) Name() string {
	if k.fellBack {
		return "memory"
	}
	return "kernel"
}

// Close frees the pipe and the memory. No call may be in progress.
func (k *Kernel) Close() error { return cmp.Or(k.closePipe(), k.memory.Close()) }

func (k *Kernel) closePipe() error {
	var failed error
	for _, fd := range []int{k.in, k.out, k.poll.wake} {
		failed = cmp.Or(failed, unix.Close(fd))
	}
	if failed != nil {
		return fmt.Errorf("close the pipe between source and destination: %w", failed)
	}
	return nil
}

// Drop does nothing. Without its only destination a copy is over.
func (k *Kernel) Drop(int) {}

// TryFill implements [Polled]. The bytes for which the pipe has no room go into
// memory.
func (k *Kernel) TryFill(size int64) (int64, error) {
	n, err := k.tryFill(size)
	k.writer.got += n
	return n, err
}

func (k *Kernel) tryFill(size int64) (int64, error) {
	switch {
	case k.failed != nil:
		return 0, k.src.ReadError(k.failed)
	case k.poll.dry:
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
	if n == 0 && !k.src.Regular() {
		if ready, err := readable(k.poll.src); err != nil || !ready {
			k.poll.dry = true
			return 0, k.src.ReadError(err)
		}
	}
	behind, err := k.memory.Fill(size - n)
	k.behind += behind
	k.fellBack = k.fellBack || k.refused && behind > 0
	if n > 0 && err == io.EOF {
		err = nil // the next call will say so again
	}
	return n + behind, err
}

// fillPipe moves what it can of one chunk into the pipe. It returns more if the
// caller has to read the source into memory: the pipe is full, the source may
// be at its end, or splice(2) does not work on it.
func (k *Kernel) fillPipe(size int64) (n int64, more bool, err error) {
	if k.piped == 0 {
		k.pages = 0
	}
	n, more, err = k.spliceIn(size)
	if err != nil {
		// Nothing has moved. splice(2) does not work on some special files, and
		// some file systems and sandboxes refuse it. If the source itself
		// fails, read(2) fails as well.
		if !k.fallBack || !again(k.src, err) {
			return 0, false, k.src.ReadError(refusal(err))
		}
		k.refused = true
		return 0, true, nil
	}
	if n > 0 {
		k.piped += n
		k.pages += n/int64(os.Getpagesize()) + 2
	}
	k.src.Took(n)
	return n, more, nil
}

// again reports whether read(2) or write(2) would fail with the same error as
// splice(2). A socket reports a broken connection only once. The next call sees
// the end instead.
func again(end Spliced, err error) bool {
	if !end.Socket() {
		return true
	}
	switch err {
	case unix.EINVAL, unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EOPNOTSUPP, unix.EXDEV, unix.EIO, unix.ENOMEM:
		return true
	}
	return false
}

var errRefused = errors.New("the kernel conduit does not work with it")

// refusal returns the error for a user who wants splice(2) and nothing else:
// that splice(2) does not work here, or err itself.
func refusal(err error) error {
	switch err {
	case unix.EINVAL:
		return errRefused
	case unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EOPNOTSUPP, unix.EXDEV:
		return fmt.Errorf("%w: splice: %w", errRefused, err)
	}
	return err
}

// spliceIn moves bytes from the source into the pipe. It returns more as
// fillPipe does. If it fails, nothing has moved.
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
	case !tight:
		k.poll.dry = true
		return n, false, nil
	}
	if ready, err := readable(k.poll.src); err != nil || !ready {
		k.poll.dry = true
		return n, false, nil // the next Wait reports the failure
	}
	// More has come just now, or the pipe is full. A second try tells which.
	rest, err := splice(k.poll.src, k.in, size-n)
	switch {
	case err == unix.EAGAIN:
		return n, true, nil
	case err != nil && n == 0:
		return 0, false, err
	}
	if err != nil && !again(k.src, err) {
		k.failed = err // for the next call
	}
	return n + rest, n+rest == 0, nil
}

// mayBeFull reports whether the pipe may have too few pages for a chunk of size
// bytes. Each arrival may take two pages that it does not fill.
func (k *Kernel) mayBeFull(size int64) bool {
	return k.pages+size/int64(os.Getpagesize())+2 > k.room
}

// TryFlush implements [Polled].
func (k *Kernel) TryFlush(size int64) (n int64, err error) {
	if k.poll.full {
		return 0, nil
	}
	size = min(size, k.atOnce)
	switch {
	case k.piped == 0:
		n, err = k.writeMemory(min(size, k.behind))
	case k.written || len(k.fetched) > 0:
		n, err = k.writePipe(min(size, k.piped))
	default:
		n, err = k.spliceOut(min(size, k.piped))
	}
	k.dst.Wrote(n)
	k.reader.wrote += n
	if err == unix.EAGAIN {
		k.poll.full = true
		k.reader.filled()
		return n, nil
	}
	return n, k.dst.WriteError(err)
}

// writeMemory writes the oldest bytes from memory. The pipe is empty.
func (k *Kernel) writeMemory(size int64) (int64, error) {
	n, err := write(k.poll.dst, k.memory.front(0, size))
	k.behind -= int64(n)
	k.memory.took(0, int64(n))
	return int64(n), err
}

// spliceOut moves bytes from the pipe to the destination. If splice(2) fails,
// no byte has moved. Then write(2) may work, or return a better error. After
// that splice(2) is not tried again.
func (k *Kernel) spliceOut(size int64) (int64, error) {
	n, err := splice(k.out, k.poll.dst, size)
	k.piped -= n
	switch {
	case n > 0 || err == unix.EAGAIN:
		return n, err
	case err == nil:
		err = unix.EINVAL // a destination that takes nothing refuses
	}
	if !k.fallBack || !again(k.dst, err) {
		return 0, refusal(err)
	}
	return k.writePipe(size)
}

// scratchSize fits into the cache beside everything else.
const scratchSize = 64 << 10

// writePipe reads bytes from the pipe and writes them.
func (k *Kernel) writePipe(size int64) (int64, error) {
	if len(k.fetched) == 0 {
		if k.scratch == nil {
			k.scratch = make([]byte, scratchSize)
		}
		n, err := read(k.out, k.scratch[:min(size, scratchSize)])
		if err == nil && n == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, fmt.Errorf("read the pipe between source and destination: %w", err)
		}
		k.fetched = k.scratch[:n]
	}
	n, err := write(k.poll.dst, k.fetched[:min(size, int64(len(k.fetched)))])
	k.fetched = k.fetched[n:]
	k.piped -= int64(n)
	if n > 0 {
		k.written, k.refused, k.fellBack = true, true, true
	}
	return int64(n), err
}
