package conduit

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sys/unix"
)

// Range is a conduit in the source file itself: the bytes wait where they are. To
// fill it moves nothing. To flush copies a range of the file to each destination,
// at its own place, without memory.
//
// copy_file_range(2) shares the blocks of both files where the file system can, or
// lets a server copy. A hole in the source becomes a hole in a new file.
type Range struct {
	src   RangedSource
	fd    int
	base  int64       // offset of the first byte in the file
	dsts  []*rangeEnd // by index
	holes holes

	mu     sync.Mutex // guards what follows, and the file's own offset
	filled int64      // bytes that count as read
	size   int64      // bytes from base to the end of the file, when it was asked last
}

// holes says what is done about those of the source.
type holes struct {
	there bool // it has some
	kept  bool // they become holes of a new file
	told  bool // SEEK_HOLE finds them
}

// rangeBlock is what blocks are shared by: no file system for disks has larger ones
// on the machines that it is made for, and most have this.
const rangeBlock = 4 << 10

// openRange returns a range conduit, or why there cannot be one. Auto has it only
// where it wins: where blocks are shared or holes kept.
func openRange(opts Options, src Source, dsts []Destination) (Conduit, error) {
	from, ok := src.(RangedSource)
	if !ok {
		return nil, errors.New("the source is no file")
	}
	if err := from.Ranged(); err != nil {
		return nil, err
	}
	r := &Range{src: from}
	var err error
	if r.fd, r.base, err = place(from, "source"); err != nil {
		return nil, err
	}
	for _, dst := range dsts {
		to, ok := dst.(RangedDestination)
		if !ok {
			return nil, errors.New("the destination is no file")
		}
		if err := to.Ranged(); err != nil {
			return nil, err
		}
		d := &rangeEnd{r: r, dst: to}
		if d.fd, d.base, err = place(to, "destination"); err != nil {
			return nil, err
		}
		r.dsts = append(r.dsts, d)
	}
	if err := r.look(opts.KeepHoles); err != nil {
		return nil, err
	}
	if opts.Want == Auto && !r.wins() {
		return nil, errors.New("another one is faster")
	}
	return r, nil
}

// place returns the descriptor of a file, and where it stands.
func place(end Spliced, name string) (fd int, at int64, err error) {
	if fd, err = descriptor(end, name); err != nil {
		return 0, 0, err
	}
	at, err = unix.Seek(fd, 0, io.SeekCurrent)
	if err != nil {
		return 0, 0, fmt.Errorf("seek in the %s: %w", name, err)
	}
	return fd, at, nil
}

// look finds out what the files are like.
func (r *Range) look(keepHoles bool) error {
	var st unix.Stat_t
	if err := unix.Fstat(r.fd, &st); err != nil {
		return fmt.Errorf("look at the source: %w", err)
	}
	r.size = max(0, st.Size-r.base)
	const sector = 512
	r.holes.there = st.Blocks < st.Size/sector
	r.holes.kept = r.holes.there && keepHoles
	if r.holes.kept {
		at, err := unix.Seek(r.fd, r.base, unix.SEEK_HOLE)
		r.holes.told = err == nil && at < st.Size
		if _, err := unix.Seek(r.fd, r.base, io.SeekStart); err != nil {
			return fmt.Errorf("seek in the source: %w", err)
		}
	}
	for _, d := range r.dsts {
		if err := unix.Fstat(d.fd, &st); err != nil {
			return fmt.Errorf("look at the destination: %w", err)
		}
		d.fresh = st.Size <= d.base
		written := r.holes.there && !r.holes.kept
		d.shared = d.fresh && !written && d.shares()
		if written || r.holes.kept && !r.holes.told && d.fresh && !d.shared {
			d.buffer = make([]byte, rangeBuffer) // to write the zeros, or to find them
		}
	}
	return nil
}

// wins reports whether this conduit is the best one for the files.
func (r *Range) wins() bool {
	for _, d := range r.dsts {
		if !d.shared && !(d.fresh && r.holes.kept) {
			return false
		}
	}
	return true
}

// Name returns "range".
func (r *Range) Name() string { return "range" }

// Drop implements [Conduit].
func (r *Range) Drop(dst int) { r.dsts[dst].over = true }

// Fill implements [Blocking]. It looks at the file only where it may end.
func (r *Range) Fill(size int64) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.filled+size > r.size {
		var st unix.Stat_t
		if err := unix.Fstat(r.fd, &st); err != nil {
			return 0, r.src.ReadError(err)
		}
		r.size = st.Size - r.base
	}
	n := min(size, r.size-r.filled)
	if n > 0 {
		r.src.Took(n)
	} else {
		var err error
		if n, err = r.readOn(); err != nil {
			return 0, err
		}
	}
	r.filled += n
	return n, nil
}

// readOn reads where the file was filled to: most of all, how it ends. The lock is
// held.
func (r *Range) readOn() (int64, error) {
	if _, err := unix.Seek(r.fd, r.base+r.filled, io.SeekStart); err != nil {
		return 0, r.src.ReadError(err)
	}
	var more [rangeBlock]byte
	n, err := r.src.Read(more[:])
	return int64(n), err
}

// Flush implements [Blocking]. What is less than a block stays for the next time, so
// that whole blocks are shared; so do some more where sharing is all there is to do.
// Where the file seems to end, nothing stays.
func (r *Range) Flush(dst int, size int64) (int64, error) {
	d := r.dsts[dst]
	before := d.asked
	d.asked += size
	to := d.asked - (r.base+d.asked)%rangeBlock
	switch {
	case d.asked >= r.seemsToEnd():
		to = d.asked
	case d.shared && d.asked-d.done < sharedAtOnce:
		return size, nil
	}
	if err := d.copy(to); err != nil {
		d.over = true
		return max(0, d.done-before), err
	}
	return size, nil
}

// seemsToEnd returns how many bytes the file has, as far as it was looked at.
func (r *Range) seemsToEnd() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size
}

// Complete implements [Deferring].
func (r *Range) Complete(dst int) error {
	d := r.dsts[dst]
	if d.over {
		return nil
	}
	d.over = true
	if err := d.copy(d.asked); err != nil {
		return err
	}
	if d.cut {
		if err := unix.Ftruncate(d.fd, d.base+d.done); err != nil {
			return d.dst.WriteError(err)
		}
	}
	_, err := unix.Seek(d.fd, d.base+d.done, io.SeekStart)
	return d.dst.WriteError(err)
}

// Close leaves the source where reading would have.
func (r *Range) Close() error {
	_, err := unix.Seek(r.fd, r.base+r.filled, io.SeekStart)
	return r.src.ReadError(err)
}

// shrank returns the error of a source whose bytes are gone that counted as read.
func (r *Range) shrank(at int64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.src.Took(at - r.filled)
	r.filled, r.size = at, at
	if _, err := r.readOn(); err != nil && err != io.EOF {
		return err
	}
	return r.src.ReadError(io.ErrUnexpectedEOF)
}
