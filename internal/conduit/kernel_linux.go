package conduit

import (
	"cmp"
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

	fallBack bool   // read and write where splice(2) fails, rather than fail
	refused  bool   // it did: the source is read into memory from then on
	written  bool   // it did at the destination: the pipe is read and written
	failed   error  // what splice(2) has met at the source, behind bytes that it moved
	fellBack bool   // bytes have moved in that way
	scratch  []byte // for what is read from the pipe
	drained  []byte // what was, and the destination has not taken; counts as piped
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
	granted, err := unix.FcntlInt(uintptr(ends[1]), unix.F_SETPIPE_SZ, int(min(size, math.MaxInt32)))
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
	if k.fellBack {
		return "memory"
	}
	return "kernel"
}

// Close gives the pipe and the memory back. Neither end may be in use.
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

// Drop does nothing: without its only destination a copy is over.
func (k *Kernel) Drop(int) {}

// TryFill moves one chunk of at most size bytes from the source into the pipe, or
// as far as it has no room, into memory. It moves none where the source has none.
func (k *Kernel) TryFill(size int64) (int64, error) {
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

// fillPipe moves what it can of one chunk into the pipe. There is more where the
// pipe is full, or the source is to be read to know: at its end, or because it
// cannot be spliced.
func (k *Kernel) fillPipe(size int64) (n int64, more bool, err error) {
	if k.piped == 0 {
		k.pages = 0
	}
	n, more, err = k.spliceIn(size)
	if err != nil {
		// Nothing has moved. Some special files are only read, some filesystems and
		// sandboxes refuse, and a failure of the source is one of read(2) as well.
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

// again reports whether read(2) and write(2) meet what splice(2) has met. A socket
// tells only once that its connection has broken, and then looks like one that has
// come to its end.
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

// refusal is what err, met in splice(2), means to somebody who wants nothing
// else: either that this cannot be spliced here, or what any other call would say.
func refusal(err error) error {
	switch err {
	case unix.EINVAL:
		return errRefused
	case unix.EPERM, unix.EACCES, unix.ENOSYS, unix.EOPNOTSUPP, unix.EXDEV:
		return fmt.Errorf("%w: splice: %w", errRefused, err)
	}
	return err
}

// spliceIn moves bytes from the source into the pipe, and finds out whether there
// is more to be read. With an error nothing has moved.
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
		return n, false, nil // a failure is for the wait to tell
	}
	// More came just now, or the pipe is full: the second try tells.
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
	switch {
	case k.piped == 0:
		n, err = k.writeMemory(min(size, k.behind))
	case k.written || len(k.drained) > 0:
		n, err = k.writePipe(min(size, k.piped))
	default:
		n, err = k.spliceOut(min(size, k.piped))
	}
	k.dst.Wrote(n)
	if err == unix.EAGAIN {
		k.poll.full = true
		return n, nil
	}
	return n, k.dst.WriteError(err)
}

// writeMemory writes the oldest bytes where the pipe is empty.
func (k *Kernel) writeMemory(size int64) (int64, error) {
	n, err := write(k.poll.dst, k.memory.front(0, size))
	k.behind -= int64(n)
	k.memory.took(0, int64(n))
	return int64(n), err
}

// spliceOut moves bytes from the pipe to the destination. Where that fails, no
// byte has moved, and write(2) may do, or say better what is wrong. It is left to
// itself then: what could not be spliced once is not tried again.
func (k *Kernel) spliceOut(size int64) (int64, error) {
	n, err := splice(k.out, k.poll.dst, size)
	k.piped -= n
	switch {
	case n > 0 || err == unix.EAGAIN:
		return n, err
	case err == nil:
		err = unix.EINVAL // to take nothing is to refuse
	}
	if !k.fallBack || !again(k.dst, err) {
		return 0, refusal(err)
	}
	return k.writePipe(size)
}

// scratchSize is a fair share of the cache.
const scratchSize = 64 << 10

// writePipe reads bytes from the pipe and writes them.
func (k *Kernel) writePipe(size int64) (int64, error) {
	if len(k.drained) == 0 {
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
		k.drained = k.scratch[:n]
	}
	n, err := write(k.poll.dst, k.drained[:min(size, int64(len(k.drained)))])
	k.drained = k.drained[n:]
	k.piped -= int64(n)
	if n > 0 {
		k.written, k.refused, k.fellBack = true, true, true
	}
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

func read(fd int, p []byte) (int, error) {
	for {
		n, err := unix.Read(fd, p)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
