// Package outlet is the one place through which everything is printed: standard
// output (except the data), standard error and the reports.
//
// # Words
//
//   - inert: text that cannot steer a terminal; see package inert.
//   - raw: not made inert. Only the display may print that.
//   - stuck: an outlet that nobody reads. It is given up when the program is
//     interrupted, and never written again.
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

// Outlet is standard output, standard error or a report. It makes inert what is
// written to it. A write waits for the reader as long as the program runs. It
// does not keep an interrupted program from ending.
//
// Each write has a goroutine of its own, which is left behind in a write that
// is given up.
type Outlet struct {
	file        *os.File
	interrupted <-chan struct{} // closed when the run is interrupted
	abandoned   <-chan struct{} // closed when the program must end at once

	failed atomic.Pointer[error] // of the first write that failed
	via    io.Writer             // nil, or takes text that is inert to the raw outlet

	mu   sync.Mutex // serializes calls of Write; guards part
	part []byte     // first bytes of a character whose other bytes are still to come

	raw   sync.Mutex // serializes writes to the file; guards stuck. Taken after mu
	stuck bool
}

// New returns an outlet to file. The context is that of the run.
func New(ctx context.Context, run *interrupt.Run, file *os.File) *Outlet {
	return &Outlet{file: file, interrupted: ctx.Done(), abandoned: run.Abandoned()}
}

// ErrStuck is the error of a write that was given up after a signal.
var ErrStuck = errors.New("nobody reads it")

// ErrClosed is the error of a standard output that is not there. A copy to "-"
// fails with the same words.
var ErrClosed = errors.New("standard output is closed")

// Closed returns [ErrClosed] if the program was started without this standard
// descriptor, and else nil.
func (o *Outlet) Closed() error {
	if fd := int(o.file.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
		return ErrClosed
	}
	return nil
}

// Write writes p, made inert. A character may be divided among several calls.
// It fails with [ErrClosed], with [ErrStuck] or as the file does.
func (o *Outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := append(o.part, p...)
	whole := inert.Whole(text)
	o.part = bytes.Clone(text[whole:])
	text = inert.Text(text[:whole])
	err := error(nil)
	if o.via != nil {
		_, err = o.via.Write(text)
	} else {
		err = o.write(text)
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Via has what is made inert go to w from now on, which writes it to [Outlet.Raw]
// sooner or later, or has another process write it. It must be called before
// the first write.
func (o *Outlet) Via(w io.Writer) { o.via = w }

// Raw returns a writer to the outlet that does not make text inert. It is for
// the display, whose escape sequences are intended.
func (o *Outlet) Raw() io.Writer { return rawOutlet{o} }

type rawOutlet struct{ *Outlet }

// Write writes p as it is.
func (o rawOutlet) Write(p []byte) (int, error) {
	if err := o.write(bytes.Clone(p)); err != nil { // the write may outlive this call
		return 0, err
	}
	return len(p), nil
}

// write writes text as it is, and keeps the first error.
func (o *Outlet) write(text []byte) error {
	o.raw.Lock()
	defer o.raw.Unlock()
	err := o.Closed()
	if err == nil {
		err = o.tryWrite(text)
	}
	if err != nil {
		o.failed.CompareAndSwap(nil, &err)
	}
	return err
}

// tryWrite writes text, which must not change any more. After an interruption
// it gives up in time: when the grace is over, or soon after the program must
// end.
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

// Failure returns the error of the first write that failed, or nil.
func (o *Outlet) Failure() error {
	if err := o.failed.Load(); err != nil {
		return *err
	}
	return nil
}
