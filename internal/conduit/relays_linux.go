package conduit

import (
	"errors"
	"math"

	"golang.org/x/sys/unix"

	"bpcopy/internal/pipes"
)

// Relays lends memory and pipes to the [Relay]s of one goroutine.
type Relays struct {
	opts Options

	// shared is the memory that a read goes to first. What one relay has there,
	// from first to mark, is gone before another one uses it: see Relay.Settle.
	shared      []byte
	first, mark int

	// What a memory that is lent reads from.
	socket socketReader
	rest   bytesReader

	memories []*Memory
	pipes    []relayPipe
	lent     int // pipes
}

// relayPipe is a pipe, by its ends.
type relayPipe struct{ in, out int }

const (
	// sharedSize lets a relay read four chunks of the default size before it
	// writes, and stays in the cache of a processor.
	sharedSize = 512 << 10
	// maxFree is how many free memories and pipes are kept for later.
	maxFree = 8
	// maxPipes is how many pipes are lent at once. Further relays use memory.
	maxPipes = 128
)

// NewRelays returns a lender. The relays' marks allow opts.Hold bytes.
func NewRelays(opts Options) *Relays {
	return &Relays{opts: opts, shared: make([]byte, sharedSize)}
}

// Close frees what is not lent.
func (p *Relays) Close() error {
	var err error
	for _, m := range p.memories {
		err = errors.Join(err, m.Close())
	}
	for _, pipe := range p.pipes {
		pipe.close()
	}
	p.memories, p.pipes = nil, nil
	return err
}

func (p *Relays) lendMemory() (*Memory, error) {
	if n := len(p.memories); n > 0 {
		m := p.memories[n-1]
		p.memories = p.memories[:n-1]
		return m, nil
	}
	return NewMemory(nil, []Destination{nil}, p.opts.Hold, p.opts.Chunk)
}

// takeMemory takes back what it has lent.
func (p *Relays) takeMemory(m *Memory) {
	if len(p.memories) < maxFree {
		m.src, m.heads[0] = nil, m.tail
		p.memories = append(p.memories, m)
		return
	}
	_ = m.Close() // it was mapped
}

// lendPipe returns a pipe, unless too many are lent or the kernel grants none.
func (p *Relays) lendPipe() (relayPipe, bool) {
	if n := len(p.pipes); n > 0 {
		pipe := p.pipes[n-1]
		p.pipes = p.pipes[:n-1]
		p.lent++
		return pipe, true
	}
	if p.lent >= maxPipes {
		return relayPipe{}, false
	}
	var ends [2]int
	if unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK) != nil {
		return relayPipe{}, false
	}
	size := pipes.Enlarge(ends[1], int(min(p.opts.Hold+p.opts.Chunk, math.MaxInt32)))
	pipe := relayPipe{in: ends[1], out: ends[0]}
	if size < largeRead { // the user has too many pipes
		pipe.close()
		return relayPipe{}, false
	}
	p.lent++
	return pipe, true
}

// takePipe takes back a pipe that it has lent.
func (p *Relays) takePipe(pipe relayPipe, empty bool) {
	p.lent--
	if empty && len(p.pipes) < maxFree {
		p.pipes = append(p.pipes, pipe)
		return
	}
	pipe.close()
}

func (pipe relayPipe) close() {
	_ = unix.Close(pipe.in) // it holds nothing that anybody waits for
	_ = unix.Close(pipe.out)
}
