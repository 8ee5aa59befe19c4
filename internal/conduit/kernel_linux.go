package conduit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"

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
	memory   *Memory
	src      SplicedSource
	dst      SplicedDestination
	from, to spliced
	in, out  int          // the ends of the pipe
	piped    atomic.Int64 // bytes in it
	behind   atomic.Int64 // bytes in memory
	pages    int64        // most pages of the pipe that are in use; Fill's own
	room     int64        // pages that it has

	fallBack bool   // read and write where splice(2) is refused, rather than fail
	refused  bool   // it was, by the source; Fill's own
	scratch  []byte // for a destination that refuses it; Flush's own
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
	if want == Auto && to.Regular() && !from.Regular() {
		return nil, errSlower
	}
	k, err := NewKernel(from, to, hold, chunk)
	if err != nil {
		return nil, err
	}
	k.fallBack = want == Auto
	return k, nil
}

// errSlower: into a file the kernel copies all the same, page by page. Out of a
// pipe or a socket, two copies that run side by side are done sooner than that
// one: measured, in four fifths of the time. From file to file there is nothing to
// wait for, and the one copy wins.
var errSlower = errors.New("it would be slower")

// NewKernel returns a conduit for chunks of at most chunk bytes that can take one
// more of them whenever it holds no more than hold bytes. It fails, with the
// reason, where the kernel cannot do that; no byte has moved then.
func NewKernel(src SplicedSource, dst SplicedDestination, hold, chunk int64) (_ *Kernel, err error) {
	k := &Kernel{src: src, dst: dst}
	k.from.move, k.to.move = k.spliceIn, k.spliceOut
	var ok bool
	if k.from.conn, ok = src.SyscallConn(); !ok {
		return nil, errors.New("the source is shared with other processes and might block")
	}
	if k.to.conn, ok = dst.SyscallConn(); !ok {
		return nil, errors.New("the destination is shared with other processes and might block")
	}
	if k.memory, err = NewMemory(src, []Destination{dst}, hold, chunk); err != nil {
		return nil, err
	}
	if k.in, k.out, k.room, err = makePipe(hold + chunk - 2); err != nil {
		return nil, errors.Join(err, k.memory.Close())
	}
	return k, nil
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

// spliced is one end of the pipe and what it leads to.
type spliced struct {
	conn syscall.RawConn
	move func(fd uintptr) bool // spliceIn or spliceOut: kept, so that a call allocates nothing
	want int

	n     int
	err   error
	short bool // there is more to be had, or the end has come
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
func (k *Kernel) Close() error {
	return errors.Join(unix.Close(k.in), unix.Close(k.out), k.memory.Close())
}

// Fill moves one chunk of at most size bytes from the source into the pipe, or
// as far as it has no room, into memory.
func (k *Kernel) Fill(size int64) (int64, error) {
	var n int64
	if k.behind.Load() == 0 && !k.refused {
		var err error
		if n, err = k.fillPipe(size); err != nil {
			return n, err
		}
		if n > 0 && !k.from.short {
			return n, nil
		}
	}
	more, err := k.memory.Fill(size - n)
	k.behind.Add(more)
	if n > 0 && err == io.EOF {
		err = nil // the next call will say so again
	}
	return n + more, err
}

// fillPipe moves what it can of one chunk into the pipe.
func (k *Kernel) fillPipe(size int64) (int64, error) {
	if k.piped.Load() == 0 {
		k.pages = 0
	}
	k.from.want = int(size)
	if err := k.from.conn.Read(k.from.move); err != nil {
		return 0, k.src.ReadError(err)
	}
	if k.from.err == unix.EINVAL { // some special files are only read, and nothing tells which
		if !k.fallBack {
			return 0, k.src.ReadError(errRefused)
		}
		k.refused = true
		return 0, nil
	}
	if k.from.err != nil {
		return 0, k.src.ReadError(k.from.err)
	}
	n := int64(k.from.n)
	k.piped.Add(n)
	k.pages += n/int64(os.Getpagesize()) + 2
	return n, k.src.Took(n)
}

var errRefused = errors.New("the kernel conduit does not work with it")

// spliceIn moves bytes from the source into the pipe. It reports false, to be
// called again, when the source has none yet. With a full pipe it moves none.
func (k *Kernel) spliceIn(fd uintptr) bool {
	n, err := splice(int(fd), k.in, k.from.want)
	if err == unix.EAGAIN && !readable(int(fd)) {
		return false
	}
	full := false
	if err == unix.EAGAIN || err == nil && n < k.from.want && k.mayBeFull() && readable(int(fd)) {
		// More came just now, or the pipe is full: the second try tells.
		var more int
		more, err = splice(int(fd), k.in, k.from.want-n)
		full = err == unix.EAGAIN
		if n += more; n > 0 || full {
			err = nil
		}
	}
	k.from.n, k.from.err = n, err
	k.from.short = full || n < k.from.want && k.src.Regular()
	return true
}

// mayBeFull reports whether the pipe may lack a page for the chunk wanted. Each
// arrival may take two pages that it does not fill.
func (k *Kernel) mayBeFull() bool {
	return k.pages+int64(k.from.want/os.Getpagesize())+2 > k.room
}

// Flush moves the oldest size bytes to the destination, and says how many were
// taken. Bytes that were not stay in the conduit.
func (k *Kernel) Flush(_ int, size int64) (int64, error) {
	var done int64
	for done < size {
		n, err := k.flushSome(size - done)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (k *Kernel) flushSome(size int64) (int64, error) {
	piped := k.piped.Load()
	if piped == 0 {
		n, err := k.memory.Flush(0, min(size, k.behind.Load()))
		k.behind.Add(-n)
		return n, err
	}
	k.to.want = int(min(size, piped))
	if err := k.to.conn.Write(k.to.move); err != nil {
		return 0, k.dst.WriteError(err)
	}
	n := int64(k.to.n)
	k.piped.Add(-n)
	if k.to.err == unix.EINVAL {
		if k.fallBack {
			return k.copyOut(k.to.want)
		}
		return n, k.dst.WriteError(errRefused)
	}
	return n, k.dst.WriteError(k.to.err)
}

// Drop does nothing: without its only destination a copy is over.
func (k *Kernel) Drop(int) {}

// scratchSize is a fair share of the cache.
const scratchSize = 64 << 10

// copyOut is for a destination that is only written: it reads the pipe.
func (k *Kernel) copyOut(size int) (int64, error) {
	if k.scratch == nil {
		k.scratch = make([]byte, scratchSize)
	}
	n, err := unix.Read(k.out, k.scratch[:min(size, scratchSize)])
	if err != nil {
		return 0, fmt.Errorf("read the pipe of the conduit: %w", err)
	}
	k.piped.Add(-int64(n))
	n, err = k.dst.Write(k.scratch[:n])
	return int64(n), err
}

// spliceOut moves bytes from the pipe to the destination. It reports false, to
// be called again, when the destination takes none now.
func (k *Kernel) spliceOut(fd uintptr) bool {
	n, err := splice(k.out, int(fd), k.to.want)
	if err == unix.EAGAIN {
		return false
	}
	k.to.n, k.to.err = n, err
	return true
}

func splice(from, to, size int) (int, error) {
	for {
		n, err := unix.Splice(from, nil, to, nil, size, unix.SPLICE_F_NONBLOCK|unix.SPLICE_F_MOVE)
		if err != unix.EINTR {
			return max(int(n), 0), err
		}
	}
}

// readable reports whether a read of fd would not wait.
func readable(fd int) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0
}
