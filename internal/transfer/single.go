package transfer

import (
	"context"
	"sync"

	"bpcopy/internal/ledger"
)

// single is the engine of one goroutine that reads from a file and writes to
// one destination, and waits for the destination only.
type single struct {
	*Copy
	out  *output
	turn turn
}

// suitsSingle reports whether a single goroutine can do everything. A file
// makes nobody wait. Reading comes first, so without backpressure nothing would
// ever be written; a source with a script waits for its time.
func (c *Copy) suitsSingle() bool {
	src, ok := c.input.src.(FileSource)
	return ok && src.Regular() && len(c.outs) == 1 &&
		!c.opts.IgnoreBackpressure && c.opts.Consumers == nil && c.opts.Producer.IsZero()
}

// newSingle returns the engine. Its sleeper leaves the processor to the copy,
// which may be the only one, see [Copy.WantsOneProcessor].
func newSingle(c *Copy) *single {
	c.newSleeper = newTimed
	s := &single{Copy: c, out: c.outs[0]}
	s.input.toDo = sync.NewCond(&c.mu)
	s.input.paced, s.out.paced = s.paced, s.paced
	return s
}

// paced says that the wait for an end's time was a limit's.
func (s *single) paced(begins bool) {
	if !begins {
		s.waited(ledger.ByLimit)
	}
}

func (*single) goroutines() int { return 1 }

func (s *single) wake() { s.input.toDo.Signal() }

func (s *single) run(ctx context.Context) {
	ctx, s.out.letGo = context.WithCancel(ctx)
	defer s.out.letGo()
	defer s.watchDestinations()()
	for {
		switch task := s.await(s.input.toDo, s.take); task {
		case stop:
			return
		case read:
			if s.input.read(ctx) {
				s.tookTime(&s.input.activity)
			} else {
				s.waited(ledger.BySource)
			}
		default:
			s.out.serve(ctx, task)
			s.tookTime(&s.out.activity)
		}
		s.turn.yield()
	}
}

// take takes up a task. Reading goes first: a destination is slower than the
// source by definition. The lock is held.
func (s *single) take() task {
	if s.out.gone == nil && s.input.take() == read {
		return read
	}
	return s.out.take()
}

// task is what a goroutine is to do next.
type task int

const (
	nothing task = iota // for the machine to ask for something
	read                // a chunk
	write               // a batch
	leave               // the destination has ended by itself
	stop                // nothing will be asked any more
)

// waitForWork waits for something to do, and says whose time that was. The lock is
// held.
func (c *Copy) waitForWork(toDo *sync.Cond) {
	holder := c.holder()
	toDo.Wait()
	if c.engine.goroutines() == 1 {
		c.waited(holder)
	}
}

// await waits until take takes up a task, or the copy is over. Whoever posts a
// task, or wakes the engine, signals toDo.
func (c *Copy) await(toDo *sync.Cond, take func() task) task {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.over {
		if t := take(); t != nothing {
			return t
		}
		c.waitForWork(toDo)
	}
	return stop
}
