package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/inert"
)

// outlet is standard output, standard error or a report. Whatever is printed passes
// an outlet, which makes it inert: the display alone writes escape sequences. A
// write that waits for a reader does not keep an interrupted program from its
// end.
type outlet struct {
	file        *os.File
	interrupted <-chan struct{} // closed when somebody wants the program to stop
	abandoned   <-chan struct{} // closed when it must stop at once

	failed atomic.Pointer[error] // of the first write that failed

	mu    sync.Mutex // held around a write; guards what follows
	stuck bool       // given up
	begun []byte     // of a character, to be shown with the rest of it
}

// outlet returns an outlet to file.
func (i *interruption) outlet(ctx context.Context, file *os.File) *outlet {
	return &outlet{file: file, interrupted: ctx.Done(), abandoned: i.abandoned}
}

// errStuck is the end of a write that nobody but a signal has ended.
var errStuck = errors.New("nobody reads it")

// errStdoutClosed is told as the copy itself tells it.
var errStdoutClosed = errors.New("standard output is closed")

// closed returns an error if the program was started without this descriptor.
func (o *outlet) closed() error {
	if fd := int(o.file.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
		return errStdoutClosed
	}
	return nil
}

// Write shows p, made inert, or gives the reader up for good.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := append(o.begun, p...)
	whole := inert.Whole(text)
	o.begun = bytes.Clone(text[whole:])
	if err := o.write(inert.Text(text[:whole])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// raw is the outlet for what contains escape sequences by intent.
func (o *outlet) raw() io.Writer { return rawOutlet{o} }

type rawOutlet struct{ *outlet }

// Write writes p as it is.
func (o rawOutlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.write(bytes.Clone(p)); err != nil { // the write may outlive this call
		return 0, err
	}
	return len(p), nil
}

func (o *outlet) write(text []byte) error {
	err := o.closed()
	if err == nil {
		err = o.tryWrite(text)
	}
	if err != nil {
		o.failed.CompareAndSwap(nil, &err)
	}
	return err
}

// tryWrite writes text, which nobody changes any more.
func (o *outlet) tryWrite(text []byte) error {
	if o.stuck {
		return errStuck
	}
	written := make(chan error, 1)
	go func() {
		_, err := o.file.Write(text)
		written <- err
	}()
	select {
	case err := <-written:
		return err
	case <-o.interrupted:
	}
	select {
	case err := <-written:
		return err
	case <-o.abandoned:
	case <-time.After(graceForReader):
	}
	select {
	case err := <-written:
		return err
	case <-time.After(graceAtOnce):
		o.stuck = true
		return errStuck
	}
}

// reportFile is an outlet that is ours to close.
type reportFile struct{ *outlet }

// Close closes the file.
func (r reportFile) Close() error { return r.file.Close() }

// failure is the error of the first write that failed, if one did.
func (o *outlet) failure() error {
	if err := o.failed.Load(); err != nil {
		return *err
	}
	return nil
}
