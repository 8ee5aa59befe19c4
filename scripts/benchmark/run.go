//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A path is the two kinds of ends of a copy.
type path struct{ from, to end }

func (p path) String() string { return string(p.from) + " → " + string(p.to) }

// A ground is what copies are run on.
type ground struct {
	data data
	// repeat is how many times the data is sent, once but from a pipe.
	repeat int
	out    string // the destination where that is a file
	sync   bool   // the copy is over when it is on disk
}

func (g ground) bytes() int64 { return g.data.size * int64(g.repeat) }

// A cost is what one copy took: the time of everybody, and the processor time
// and memory of the program that is measured.
type cost struct {
	wall, cpu time.Duration
	peak      int64
}

// patience is the time after which a copy hangs.
const patience = 2 * time.Minute

// A run is one copy: the program, with cat at the ends that are not files, which
// is as neutral as a producer and a consumer can be.
type run struct {
	program
	path
	ground
	compare bool // look at every byte that arrives, instead of counting them

	*crew
	measured *process
	consumer *process // nil unless the bytes go to a cat
}

// do makes the copy and checks that it arrived.
func (r *run) do(ctx context.Context, catReads int64) (cost, error) {
	ctx, stop := context.WithTimeoutCause(ctx, patience, fmt.Errorf("run %s: still not done after %v", r.name, patience))
	defer stop()
	if err := os.Remove(r.out); err != nil && !os.IsNotExist(err) {
		return cost{}, err
	}
	r.crew, ctx = newCrew(ctx)
	start := time.Now()
	if err := r.launch(ctx); err != nil {
		r.fail(err)
	}
	ended, err := r.wait()
	if err != nil {
		return cost{}, fmt.Errorf("%v with %s: %w", r.path, r.name, firstCause(ctx, err))
	}
	if r.sync {
		if err := syncDisk(r.out); err != nil {
			return cost{}, err
		}
		ended = time.Now()
	}
	if err := r.arrived(catReads); err != nil {
		return cost{}, fmt.Errorf("%v with %s: %w", r.path, r.name, err)
	}
	return cost{ended.Sub(start), r.measured.cpu, r.measured.peak}, nil
}

// firstCause is why ctx has ended, or err.
func firstCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && cause != context.Canceled {
		return cause
	}
	return err
}

// launch starts the program and what stands at its ends.
func (r *run) launch(ctx context.Context) error {
	from, stdin, err := r.source(ctx)
	if err != nil {
		return err
	}
	to, stdout, peer, err := r.destination(ctx)
	if err != nil {
		return err
	}
	terminal, err := r.stderr()
	if err != nil {
		return err
	}
	argv := append([]string{r.command}, r.arguments(from, to)...)
	if r.measured, err = r.start(ctx, argv, stdin, stdout, terminal); err != nil {
		return err
	}
	r.members.Go(r.measured.watchPeak)
	if r.from == tcp {
		conn, err := dial(ctx, from.name)
		if err != nil {
			return err
		}
		if err := r.produce(ctx, conn); err != nil {
			return err
		}
	}
	if peer == nil {
		return nil
	}
	received, err := peer()
	if err != nil {
		return err
	}
	return r.consume(ctx, received)
}

// source returns what the program reads: an operand, and standard input where
// that is it.
func (r *run) source(ctx context.Context) (from operand, stdin *os.File, err error) {
	switch r.from {
	case pipe:
		in, out, err := os.Pipe()
		if err != nil {
			return operand{}, nil, err
		}
		return operand{end: pipe}, in, r.produce(ctx, out)
	case tcp:
		port, err := freePort()
		return operand{tcp, port}, nil, err
	}
	return operand{file, r.data.file}, nil, nil
}

// destination returns what the program writes to: an operand, and standard
// output where that is it. Peer returns what the bytes come out of, unless they
// stay in a file, and is called when the program runs.
func (r *run) destination(ctx context.Context) (to operand, stdout *os.File, peer func() (*os.File, error), err error) {
	switch r.to {
	case pipe:
		in, out, err := os.Pipe()
		return operand{end: pipe}, out, func() (*os.File, error) { return in, nil }, err
	case tcp:
		listener, port, err := listen()
		return operand{tcp, port}, nil, func() (*os.File, error) { return accept(ctx, listener) }, err
	}
	return operand{file, r.out}, nil, nil, nil
}

func (r *run) stderr() (*os.File, error) {
	if !r.terminal {
		return nil, nil
	}
	return openTerminal()
}

// produce has a cat send the data.
func (r *run) produce(ctx context.Context, to *os.File) error {
	argv := []string{"cat"}
	for range r.repeat {
		argv = append(argv, r.data.file)
	}
	_, err := r.start(ctx, argv, nil, to, nil)
	return err
}

// consume has a cat discard what comes, or compares it.
func (r *run) consume(ctx context.Context, from *os.File) (err error) {
	if r.compare {
		r.goDo(func() error {
			defer from.Close()
			return r.data.compare(from, r.repeat)
		})
		return nil
	}
	r.consumer, err = r.start(ctx, []string{"cat"}, from, nil, nil)
	return err
}

// arrived fails unless all bytes are at the destination. What was compared on
// its way is.
func (r *run) arrived(catReads int64) error {
	switch {
	case r.consumer != nil:
		return wantBytes(r.consumer.read-catReads, r.bytes())
	case r.to != file:
		return nil
	}
	out, err := os.Open(r.out)
	if err != nil {
		return err
	}
	defer out.Close()
	if r.compare {
		return r.data.compare(out, r.repeat)
	}
	info, err := out.Stat()
	if err != nil {
		return err
	}
	return wantBytes(info.Size(), r.bytes())
}

func wantBytes(got, want int64) error {
	if got != want {
		return fmt.Errorf("count what arrived: %d bytes of %d", got, want)
	}
	return nil
}

// catReads returns what a cat reads to get going, of libraries and such.
func catReads(ctx context.Context) (int64, error) {
	crew, ctx := newCrew(ctx)
	p, err := crew.start(ctx, []string{"cat"}, nil, nil, nil)
	if err == nil {
		_, err = crew.wait()
	}
	if err != nil {
		return 0, fmt.Errorf("run an empty cat: %w", err)
	}
	return p.read, nil
}

// syncDisk waits until the file system that holds the file has written all.
func syncDisk(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
