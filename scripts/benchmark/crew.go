//go:build linux

package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// A crew is the processes of one copy and whatever else works at it, side by
// side. The first failure ends them all.
type crew struct {
	cancel  context.CancelCauseFunc
	members sync.WaitGroup

	mu   sync.Mutex // guards what follows
	err  error
	last time.Time // when the last process ended
}

// newCrew returns a crew and the context that ends with its first failure.
func newCrew(ctx context.Context) (*crew, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &crew{cancel: cancel}, ctx
}

// start starts a process, and closes its files here.
func (c *crew) start(ctx context.Context, argv []string, stdin, stdout, terminal *os.File) (*process, error) {
	p, err := startProcess(ctx, argv, stdin, stdout, terminal)
	if err := errors.Join(err, closeAll(stdin, stdout, terminal)); err != nil {
		return nil, err
	}
	c.goDo(func() error {
		err := p.wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		if p.ended.After(c.last) {
			c.last = p.ended
		}
		return err
	})
	return p, nil
}

// goDo has the crew do one thing more.
func (c *crew) goDo(work func() error) {
	c.members.Go(func() {
		if err := work(); err != nil {
			c.fail(err)
		}
	})
}

func (c *crew) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		c.cancel(err)
	}
}

// wait waits for everybody, and returns when the last process ended and the
// first failure.
func (c *crew) wait() (time.Time, error) {
	c.members.Wait()
	c.cancel(nil)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.err
}

func closeAll(files ...*os.File) error {
	var errs []error
	for _, file := range files {
		if file != nil {
			errs = append(errs, file.Close())
		}
	}
	return errors.Join(errs...)
}
