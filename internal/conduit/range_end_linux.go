package conduit

import "golang.org/x/sys/unix"

// rangeEnd is one destination.
type rangeEnd struct {
	r      *Range
	dst    RangedDestination
	fd     int
	base   int64 // offset in the file that the first byte gets
	fresh  bool  // the file ended before base: what is not written is a hole
	shared bool  // it has blocks in common with the source

	asked int64 // bytes that count as written
	done  int64 // bytes that are at their place; behind asked by less than sharedAtOnce
	// The part of the source around done: as far as until there is data, or a hole.
	until int64
	hole  bool

	cut    bool   // the file ends with a hole, so its size has to be set
	buffer []byte // nil while the kernel copies
	over   bool   // dropped, failed or complete
}

// rangeBuffer is how much is copied at once where the kernel does not.
const rangeBuffer = 128 << 10

// sharedAtOnce is how much is shared by one call. To share a megabyte takes as long as
// to share a block. Hardly anybody sees the file before it is complete: it is a new
// one, or was empty.
const sharedAtOnce = 4 << 20

// shares reports whether the destination can have blocks in common with the source.
// It tries with the first one, and takes it back: the copy may end before.
func (d *rangeEnd) shares() bool {
	if d.r.base != 0 || d.base != 0 || d.r.size < rangeBlock {
		return false
	}
	if unix.IoctlFileCloneRange(d.fd, &unix.FileCloneRange{Src_fd: int64(d.r.fd), Src_length: rangeBlock}) != nil {
		return false
	}
	d.cut = true // whatever comes of the next line, in this conduit
	return unix.Ftruncate(d.fd, d.base) == nil
}

// copy copies up to that byte.
func (d *rangeEnd) copy(to int64) error {
	for d.done < to {
		if d.done >= d.until {
			d.find()
		}
		n, err := d.copySome(min(to, d.until) - d.done)
		if err != nil {
			return err
		}
		d.done += n
		d.dst.Wrote(n)
	}
	return nil
}

// find finds out what the source has at done: data or a hole, and how much of it.
func (d *rangeEnd) find() {
	r := d.r
	d.hole, d.until = false, 1<<62
	if !r.holes.told {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.base + d.done
	data, err := unix.Seek(r.fd, at, unix.SEEK_DATA)
	if err == unix.ENXIO { // all that follows hangs on it: once more
		data, err = unix.Seek(r.fd, at, unix.SEEK_DATA)
	}
	switch {
	case err == unix.ENXIO: // a hole up to the end, or the end
		var st unix.Stat_t
		if err := unix.Fstat(r.fd, &st); err == nil && st.Size > at {
			d.hole, d.until = true, st.Size-r.base
		}
	case err != nil:
	case data > at:
		d.hole, d.until = true, data-r.base
	default:
		if hole, err := unix.Seek(r.fd, at, unix.SEEK_HOLE); err == nil && hole > at {
			d.until = hole - r.base
		}
	}
}

// copySome copies some of the next n bytes.
func (d *rangeEnd) copySome(n int64) (int64, error) {
	switch {
	case d.hole && d.fresh:
		d.cut = true
		return n, nil
	case d.buffer != nil:
		return d.copyThrough(n)
	}
	from, to := d.r.base+d.done, d.base+d.done
	moved, err := copyFileRange(d.r.fd, from, d.fd, to, n)
	if err == nil && moved > 0 {
		d.cut = false
		return moved, nil
	}
	// Reading and writing tells whose error it is, if it does not work as well. Many
	// file systems and sandboxes refuse the call.
	d.buffer = make([]byte, rangeBuffer)
	return d.copyThrough(n)
}

// copyThrough copies some of the next n bytes through memory. Zeros become a hole
// where the source has holes that it does not tell of.
func (d *rangeEnd) copyThrough(n int64) (int64, error) {
	p := d.buffer[:min(n, rangeBuffer)]
	got, err := pread(d.r.fd, p, d.r.base+d.done)
	if err != nil {
		return 0, d.r.src.ReadError(err)
	}
	if got == 0 {
		return 0, d.r.shrank(d.done)
	}
	p = p[:got]
	if d.fresh && d.r.holes.kept && !d.r.holes.told {
		if zeros := d.zeros(p); zeros > 0 {
			d.cut = true
			return int64(zeros), nil
		}
		p = p[:d.data(p)]
	}
	wrote, err := pwrite(d.fd, p, d.base+d.done)
	if err != nil {
		return 0, d.dst.WriteError(err)
	}
	d.cut = false
	return int64(wrote), nil
}

// zeros returns how many bytes of p are whole blocks of zeros, from its start.
func (d *rangeEnd) zeros(p []byte) (n int) {
	for n+rangeBlock <= len(p) && isZero(p[n:n+rangeBlock]) {
		n += rangeBlock
	}
	return n
}

// data returns how many bytes of p are no whole blocks of zeros, from its start.
func (d *rangeEnd) data(p []byte) (n int) {
	for n+rangeBlock <= len(p) && !isZero(p[n:n+rangeBlock]) {
		n += rangeBlock
	}
	if n+rangeBlock > len(p) {
		return len(p)
	}
	return n
}

func isZero(p []byte) bool {
	for _, b := range p {
		if b != 0 {
			return false
		}
	}
	return true
}
