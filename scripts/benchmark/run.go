//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// patience is the time after which a copy hangs.
const patience = 2 * time.Minute

// A run is one copy.
type run struct {
	path
	command string            // of the copier
	words   map[string]string // that its variables stand for, but for those of its ends
	source  string            // the file that holds the data
	out     string            // the destination where that is a file
	// receive reads what comes where the destination is not a file. Its error
	// ends the run, errEnough without failure.
	receive func(*receiver) error

	copier  *process
	took    time.Duration // everybody
	stop    context.CancelCauseFunc
	members sync.WaitGroup // the processes and the receiver
}

// errEnough ends a run of which all has been seen.
var errEnough = errors.New("enough was received")

// run returns a run of a copier.
func (b *bench) run(p path, command, source string) *run {
	return &run{path: p, command: command, words: map[string]string{"bpcopy": b.bpcopy}, source: source, out: b.file("out")}
}

// do makes the copy. The first failure ends it for everybody.
func (r *run) do(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("still not done after %v", patience))
	defer cancel()
	if err := os.Remove(r.out); err != nil && !os.IsNotExist(err) {
		return err
	}
	ctx, r.stop = context.WithCancelCause(ctx)
	start := time.Now()
	if err := r.launch(ctx); err != nil {
		r.stop(err)
	}
	r.members.Wait()
	r.took = time.Since(start)
	defer r.stop(nil)
	if err := context.Cause(ctx); err != errEnough {
		return err
	}
	return nil
}

// start starts a process, and closes its files here. No file stands for the null
// device. The end of ctx kills the process.
func (r *run) start(ctx context.Context, argv []string, stdin, stdout *os.File) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, argv[0], argv[1:]...)}
	p.cmd.WaitDelay = time.Second
	p.cmd.Stderr = &p.complaint
	if stdin != nil { // else the interface would not be nil
		p.cmd.Stdin = stdin
		defer stdin.Close()
	}
	if stdout != nil {
		p.cmd.Stdout = stdout
		defer stdout.Close()
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	r.work(p.wait)
	return p, nil
}

// work has a member do something.
func (r *run) work(do func() error) {
	r.members.Go(func() {
		if err := do(); err != nil {
			r.stop(err) // of several causes, the first counts
		}
	})
}

// launch starts the copier, and then what stands at its ends.
func (r *run) launch(ctx context.Context) error {
	in, stdin, connect, err := r.input(ctx)
	if err != nil {
		return err
	}
	out, stdout, accept, err := r.output(ctx)
	if err != nil {
		return err
	}
	if r.copier, err = r.start(ctx, r.argv(in, out), stdin, stdout); err != nil {
		return err
	}
	if connect != nil {
		to, err := connect()
		if err != nil {
			return err
		}
		if _, err := r.start(ctx, []string{"cat", r.source}, nil, to); err != nil {
			return err
		}
	}
	if accept == nil {
		return nil
	}
	from, err := accept()
	if err != nil {
		return err
	}
	r.work(func() error {
		defer from.Close()
		runtime.LockOSThread() // a thread of its own is woken up sooner
		defer runtime.UnlockOSThread()
		return r.receive(&receiver{sender: r.copier, from: from, start: time.Now()})
	})
	return nil
}

// input returns what the copier reads: the word for it, and standard input where
// that is it. Connect returns what the data is to be sent into, unless that is
// a file, and is called when the copier runs.
func (r *run) input(ctx context.Context) (word string, stdin *os.File, connect func() (*os.File, error), err error) {
	switch r.from {
	case pipe:
		stdin, to, err := os.Pipe()
		return "", stdin, func() (*os.File, error) { return to, nil }, err
	case tcp:
		listener, port, err := listen()
		if err == nil {
			err = listener.Close() // for the copier to listen there
		}
		return port, nil, func() (*os.File, error) { return dial(ctx, port) }, err
	}
	return r.source, nil, nil, nil
}

// output is the same for what the copier writes. Accept returns what the bytes
// come out of.
func (r *run) output(ctx context.Context) (word string, stdout *os.File, accept func() (*os.File, error), err error) {
	switch r.to {
	case pipe:
		from, stdout, err := os.Pipe()
		return "", stdout, func() (*os.File, error) { return from, nil }, err
	case tcp:
		listener, port, err := listen()
		return port, nil, func() (*os.File, error) { return acceptOne(ctx, listener) }, err
	}
	return r.out, nil, nil, nil
}

// argv returns the copier's command line. What a variable stands for may have
// spaces.
func (r *run) argv(in, out string) []string {
	r.words["in"], r.words["out"] = in, out
	argv := strings.Fields(r.command)
	for i, word := range argv {
		argv[i] = os.Expand(word, func(name string) string { return r.words[name] })
	}
	return argv
}
