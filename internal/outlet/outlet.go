// Package outlet is the one place that printed text passes.
package outlet

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
	"bpcopy/internal/interrupt"
)

// Outlet is standard output, standard error or a report. Whatever is printed passes
// an outlet, which makes it inert: the display alone writes escape sequences. A
// write that waits for a reader does not keep an interrupted program from its
// end.
type Outlet struct {
	file        *os.File
	interrupted <-chan struct{} // closed when somebody wants the program to stop
	abandoned   <-chan struct{} // closed when it must stop at once

	failed atomic.Pointer[error] // of the first write that failed

	mu    sync.Mutex // held around a write; guards what follows
	stuck bool       // given up
	begun []byte     // of a character, to be shown with the rest of it
}

// New returns an outlet to file, of a run that ends with ctx.
func New(ctx context.Context, run *interrupt.Run, file *os.File) *Outlet {
	return &Outlet{file: file, interrupted: ctx.Done(), abandoned: run.Abandoned()}
}

// ErrStuck is the end of a write that nobody but a signal has ended.
var ErrStuck = errors.New("nobody reads it")

// ErrClosed is told as the copy itself tells it.
var ErrClosed = errors.New("standard output is closed")

// Closed returns an error if the program was started without this descriptor.
func (o *Outlet) Closed() error {
	if fd := int(o.file.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
		return ErrClosed
	}
	return nil
}

// Write shows p, made inert, or gives the reader up for good.
func (o *Outlet) Write(p []byte) (int, error) {
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

// Raw is the outlet for what contains escape sequences by intent.
func (o *Outlet) Raw() io.Writer { return rawOutlet{o} }

type rawOutlet struct{ *Outlet }

// Write writes p as it is.
func (o rawOutlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.write(bytes.Clone(p)); err != nil { // the write may outlive this call
		return 0, err
	}
	return len(p), nil
}

func (o *Outlet) write(text []byte) error {
	err := o.Closed()
	if err == nil {
		err = o.tryWrite(text)
	}
	if err != nil {
		o.failed.CompareAndSwap(nil, &err)
	}
	return err
}

// tryWrite writes text, which nobody changes any more.
func (o *Outlet) tryWrite(text []byte) error {
	if o.stuck {
		return ErrStuck
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
	case <-time.After(interrupt.GraceForReader):
	}
	select {
	case err := <-written:
		return err
	case <-time.After(interrupt.GraceAtOnce):
		o.stuck = true
		return ErrStuck
	}
}

// Close closes the file.
func (o *Outlet) Close() error { return o.file.Close() }

// Failure is the error of the first write that failed, if one did.
func (o *Outlet) Failure() error {
	if err := o.failed.Load(); err != nil {
		return *err
	}
	return nil
}
