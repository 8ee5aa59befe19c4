package endpoint

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// DestOptions says how to open a destination. The zero value writes os.Stdout for "-", replaces files and waits
// without limit.
type DestOptions struct {
	Stdout    *os.File // what "-" means, os.Stdout if nil
	Append    bool     // add to an existing file in place
	NoClobber bool     // fail if the destination exists
	Preserve  bool     // keep mode and times of the source file
	Fsync     bool     // Commit returns when file and name are on disk
	PeerOptions
}

// Check returns a usage error if an option makes no sense for o.
func (opts DestOptions) Check(o Operand) error {
	if o.scheme == Path {
		return nil
	}
	for _, option := range []struct {
		name string
		set  bool
	}{
		{"--append", opts.Append}, {"--no-clobber", opts.NoClobber},
		{"--preserve", opts.Preserve}, {"--fsync", opts.Fsync},
	} {
		if option.set {
			return senseless(option.name, o.text)
		}
	}
	return nil
}

func senseless(option, operand string) error {
	return &UsageError{text: fmt.Sprintf("%s makes no sense for destination %q", option, operand)}
}

// Dest is an opened destination.
type Dest struct {
	end
	ending     ending
	appending  bool
	isConsumer bool // somebody reads what we write through a pipe, and may have had enough
	fsync      bool
	unsent     int64 // bytes that the disk has not been asked to take yet
	over       bool
}

// An ending is what makes a written stream a destination.
type ending interface {
	// finish is called when all is written.
	finish(ctx context.Context, s stream) error
	// publish is called after finish when the stream is closed.
	publish() error
	// discard is called instead, or when one of them failed, with the stream closed.
	discard() error
}

// OpenDest opens o as far as that needs no peer: temporary files and listeners are there when it returns. The source,
// which may be nil, is what a directory gets the file's name from and what must not be the destination.
func OpenDest(ctx context.Context, o Operand, src *Source, opts DestOptions) (*Dest, error) {
	if err := opts.Check(o); err != nil {
		return nil, err
	}
	if src == nil {
		src = new(Source)
	}
	d := &Dest{end: end{label: label{DestSide, o.text}, name: o.Name()}, fsync: opts.Fsync}
	var err error
	switch o.scheme {
	case Stdio:
		err = d.openStdout(opts.Stdout, src)
	case Path:
		err = d.openPath(o.address, src, opts)
	default:
		d.ending = socketEnding{d.label, opts.IdleTimeout}
		err = d.openSocket(ctx, o, opts.PeerOptions)
	}
	if err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *Dest) openStdout(stdout *os.File, src *Source) error {
	if stdout == nil {
		stdout = os.Stdout
	}
	d.name, d.isConsumer, d.ending = "stdout", true, &fileEnding{label: d.label}
	if isClosed(stdout) {
		return d.failHint("write", errStdoutClosed, "to discard the data, give /dev/null as the destination")
	}
	info, err := stdout.Stat()
	if err != nil {
		return d.fail("open", err)
	}
	d.kind = kindOf(info.Mode())
	d.appending = isAppending(stdout)
	if err := d.refuseSame(src, info); err != nil {
		return err
	}
	d.stream, err = openStdio(stdout, d.kind, os.O_WRONLY)
	return d.fail("open", err)
}

var errStdoutClosed = errors.New("standard output is closed")

// refuseSame refuses to copy a file onto itself. Devices and sockets can be both ends.
func (d *Dest) refuseSame(src *Source, info os.FileInfo) error {
	if src.info == nil || !os.SameFile(src.info, info) {
		return nil
	}
	if kind := kindOf(info.Mode()); kind == KindCharDevice || kind == KindSocket {
		return nil
	}
	return d.fail("open", fmt.Errorf("same file as source %q", src.operand))
}

// Write writes all of p, or fails and tells how many bytes were taken.
func (d *Dest) Write(p []byte) (int, error) {
	stream, err := d.opened()
	if err != nil {
		return 0, err
	}
	n, err := stream.Write(p)
	d.Wrote(int64(n))
	return n, d.WriteError(err)
}

// writeOutSize is how much is written before the disk is asked to begin with it. It is much for a disk, and little of
// a large file.
const writeOutSize = 8 << 20

// Wrote is told that n bytes were written to the descriptor from SyscallConn. If they are to be on disk in the end, the
// disk begins while the copy goes on. That makes the whole shorter, and a slow disk holds the copy up where it can be
// seen, rather than after the last byte.
func (d *Dest) Wrote(n int64) {
	if d.unsent += n; d.fsync && d.unsent >= writeOutSize {
		d.unsent = 0
		writeOut(d.stream)
	}
}

// WriteError says what err means when it was met while writing to the descriptor from SyscallConn; nil stays nil.
func (d *Dest) WriteError(err error) error {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return context.Canceled // nothing but Cancel sets a deadline
	case d.isConsumer && isBrokenPipe(err):
		return d.fail("write", ErrConsumerGone)
	default:
		return d.fail("write", err)
	}
}

// Commit completes the destination: a file gets its mode, times and name, a socket's peer gets the last byte. If it
// fails or ctx ends, the destination is aborted.
func (d *Dest) Commit(ctx context.Context) error {
	stream, err := d.opened()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil && d.over {
		err = d.fail("write", os.ErrClosed)
	}
	if err == nil {
		err = d.ending.finish(ctx, stream)
	}
	if err == nil {
		err = d.fail("close", d.close())
	}
	if err == nil {
		err = d.ending.publish()
	}
	if err != nil {
		d.Abort()
		return err
	}
	d.over = true
	return nil
}

// Abort gives the destination up: a file that was to be replaced stands untouched, a TCP peer sees a reset and not the
// end. It is idempotent and does nothing after Commit.
func (d *Dest) Abort() error {
	if d.over {
		return nil
	}
	d.over = true
	if s, ok := d.stream.(socket); ok {
		s.resetOnClose()
	}
	d.close() // its errors are about bytes that are given up
	return d.ending.discard()
}

// Gone is the error of a write whose consumer has gone away.
func (d *Dest) Gone() error { return d.fail("write", ErrConsumerGone) }
