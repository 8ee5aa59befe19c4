package transfer

import (
	"context"
	"sync"
)

// several is the engine of one goroutine for each end. The reader fills the
// conduit when the machine asks for a chunk, a writer flushes it when the
// machine asks for a batch, and each tells the machine when it is done. A source
// that its script delays has a goroutine more: see ahead.
type several struct{ *Copy }

func newSeveral(c *Copy) *several {
	paced := func(bool) { c.turned() }
	c.input.paced, c.input.toDo = paced, sync.NewCond(&c.mu)
	for _, out := range c.outs {
		out.paced, out.toDo = paced, sync.NewCond(&c.mu)
	}
	return &several{c}
}

func (s *several) goroutines() int { return 1 + len(s.outs) }

func (s *several) wake() {
	s.input.toDo.Signal()
	if s.input.ahead != nil {
		s.input.ahead.changed.Broadcast()
	}
	for _, out := range s.outs {
		out.toDo.Signal()
	}
}

func (s *several) run(ctx context.Context) {
	contexts := make([]context.Context, len(s.outs))
	for i, out := range s.outs {
		contexts[i], out.letGo = context.WithCancel(ctx)
		defer out.letGo()
	}
	defer s.watchScripts()()
	var ends sync.WaitGroup
	ends.Go(func() { s.serveSource(ctx) })
	if s.input.ahead != nil {
		ends.Go(s.input.readAhead)
	}
	for i, out := range s.outs {
		ends.Go(func() { s.serveDestination(contexts[i], out) })
	}
	defer s.watchDestinations()()
	ends.Wait()
}

// serveSource reads chunks until the copy is over, or tells of those that a
// delayed source has given.
func (s *several) serveSource(ctx context.Context) {
	for s.await(s.input.toDo, s.input.take) == read {
		if s.input.ahead != nil {
			s.input.deliver(ctx)
		} else {
			s.input.read(ctx)
		}
	}
}

// serveDestination writes batches until the copy is over or out has dropped
// out.
func (s *several) serveDestination(ctx context.Context, out *output) {
	for {
		task := s.await(out.toDo, out.take)
		if task == stop {
			return
		}
		out.serve(ctx, task)
	}
}
