package endpoint

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"bpcopy/internal/side"
)

// DestOptions says how to open a destination. The zero value writes os.Stdout
// for "-", replaces files and waits without limit. A destination ignores an
// option that means nothing for it.
type DestOptions struct {
	Stdout    *os.File // what "-" means, os.Stdout if nil
	Append    bool     // add to an existing file in place
	InPlace   bool     // write into an existing file instead of replacing it
	Seek      *int64   // with InPlace: write from this offset on, and keep what is behind; nil is from the start
	NoClobber bool     // fail if the destination exists
	Preserve  bool     // give the destination the metadata of the source
	Fsync     bool     // Commit returns when file and name are on disk
	PeerOptions
}

// Check returns a usage error if there is an option that means nothing for
// every one of the operands. They are the destinations of a copy from src.
func (opts DestOptions) Check(operands []Operand, src Operand) error {
	for _, o := range operands {
		if opts.Seek != nil && !(o.scheme == Path && o.PlaceFrom(src, opts.Stdout).mayHaveOffset()) {
			return cannotSeek(o.text)
		}
	}
	for _, option := range []struct {
		name string
		set  bool
		fits func(Operand, Place) bool
	}{
		{"--append", opts.Append, func(o Operand, _ Place) bool { return o.scheme == Path }},
		{"--in-place", opts.InPlace, func(o Operand, _ Place) bool { return o.scheme == Path }},
		{"--no-clobber", opts.NoClobber, func(o Operand, _ Place) bool { return o.scheme == Path }},
		{"--preserve", opts.Preserve, func(o Operand, p Place) bool { return o.scheme == Path && p.isFile() }},
		{"--fsync", opts.Fsync, func(o Operand, p Place) bool { return o.IsFile() && (p.isFile() || p.isDisk()) }},
	} {
		fits := func(o Operand) bool { return option.fits(o, o.PlaceFrom(src, opts.Stdout)) }
		switch {
		case !option.set || slices.ContainsFunc(operands, fits):
		case len(operands) == 1:
			return &UsageError{text: fmt.Sprintf("%s makes no sense for destination %q", option.name, operands[0].text)}
		default:
			return &UsageError{text: option.name + " makes no sense for any of the destinations"}
		}
	}
	return nil
}

// Dest is an opened destination.
type Dest struct {
	end
	replacement *replacement // nil if the destination is written in place
	ending      ending       // nil if there is a replacement
	appending   bool
	isConsumer  bool // a reader gets the bytes through a pipe, and may go away
	fsync       bool
	unsent      int64 // bytes that writeOut has not yet told the disk to write
	over        bool  // committed or aborted
}

// An ending completes a destination that is written in place.
type ending interface {
	// finish is called after the last byte was written.
	finish(ctx context.Context, s stream) error
}

// OpenDest opens o as far as that needs no peer: when it returns, new files
// exist and listeners listen. The source may be nil. A file in a directory gets
// the source's name, and the source must not be the destination.
func OpenDest(ctx context.Context, o Operand, src *Source, opts DestOptions) (*Dest, error) {
	if src == nil {
		src = new(Source)
	}
	if err := o.CheckDestination(); err != nil {
		return nil, err
	}
	d := &Dest{end: end{label: label{side.Destination, o.text}, name: o.Name()}, fsync: opts.Fsync}
	var err error
	switch o.scheme {
	case Stdio:
		err = d.openStdout(opts, src)
	case Path:
		err = d.openPath(o.address, src, opts)
	default:
		d.ending = socketEnding{d.label, opts.IdleTimeout}
		err = d.openSocket(ctx, o, outgoingFor(opts.Linger), opts.PeerOptions)
	}
	if err == nil && opts.Seek != nil {
		err = d.seek(*opts.Seek)
	}
	if err == nil {
		d.shareSocket(src, opts.IdleTimeout)
		return d, nil
	}
	if left := d.Abort(); left != nil {
		err = errors.Join(err, left)
	}
	return nil, err
}

func (d *Dest) openStdout(opts DestOptions, src *Source) error {
	stdout := opts.Stdout
	if stdout == nil {
		stdout = os.Stdout
	}
	d.name = "stdout"
	if isClosed(stdout) {
		return d.failHint("write", errStdoutClosed, "to discard the data, give /dev/null as the destination")
	}
	return d.openInherited(stdout, src, opts)
}

// openDescriptor opens a descriptor whose path was given.
func (d *Dest) openDescriptor(at landing, src *Source, opts DestOptions) error {
	file, err := descriptorFile(at.descriptor, at.path, os.O_WRONLY)
	if err != nil {
		return d.fail("open", err)
	}
	return d.openInherited(file, src, opts)
}

// openInherited takes a file that another process has opened. It is written
// from its current position.
func (d *Dest) openInherited(file *os.File, src *Source, opts DestOptions) error {
	d.isConsumer = true
	info, err := file.Stat()
	if err != nil {
		return d.fail("open", err)
	}
	d.kind = kindOf(info.Mode())
	d.appending = isAppending(file)
	if err := d.refuseSame(src, info); err != nil {
		return err
	}
	ending := &fileEnding{label: d.label}
	if opts.Fsync && (d.kind == KindRegular || d.kind == KindBlockDevice) {
		ending.synced = file
	}
	d.ending = ending
	d.stream, err = openStdio(file, d.kind, os.O_WRONLY)
	return d.fail("open", err)
}

var errStdoutClosed = errors.New("standard output is closed")

// refuseSame refuses to copy a file onto itself. A character device or a socket
// may be both source and destination.
func (d *Dest) refuseSame(src *Source, info os.FileInfo) error {
	if src.info == nil || !sameFile(src.info, info) {
		return nil
	}
	if kind := kindOf(info.Mode()); kind == KindCharDevice || kind == KindSocket {
		return nil
	}
	return d.fail("open", fmt.Errorf("same file as source %q", src.operand))
}

// Write writes all of p, or returns how many bytes were taken and an error.
func (d *Dest) Write(p []byte) (int, error) {
	stream, err := d.opened()
	if err != nil {
		return 0, err
	}
	n, err := stream.Write(p)
	d.Wrote(int64(n))
	return n, d.WriteError(err)
}

// writeOutSize is how many bytes are written before writeOut is called again. A
// disk is busy with that many for a while, and they are few of a large file.
const writeOutSize = 8 << 20

// Wrote says that n bytes were written to the descriptor from SyscallConn. With
// DestOptions.Fsync the disk begins to write them while the copy goes on. The
// copy as a whole is then shorter. And a slow disk holds up the copy while the
// display shows it, not after the last byte.
func (d *Dest) Wrote(n int64) {
	d.passed(n)
	if d.unsent += n; d.fsync && d.unsent >= writeOutSize {
		d.unsent = 0
		writeOut(d.stream)
	}
}

// WriteError turns an error of writing to the descriptor from SyscallConn into
// one of the destination. Nil stays nil.
func (d *Dest) WriteError(err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.Canceled // only Cancel sets a deadline
	case d.isConsumer && isBrokenPipe(err):
		return d.fail("write", ErrConsumerGone)
	default:
		return d.fail("write", err)
	}
}

// Gone returns the error of a write after the consumer has gone away.
func (d *Dest) Gone() error { return d.fail("write", ErrConsumerGone) }
