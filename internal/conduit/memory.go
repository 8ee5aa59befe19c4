package conduit

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Memory is a conduit in memory: one ring, into which chunks are read one behind
// the other. They are written from where they lie, several in one call where
// they lie side by side, to as many destinations as there are: the bytes are
// there once, until the last destination has taken them. A chunk is never split
// by the end of the ring: where one might not fit, the ring starts over and
// leaves a gap.
type Memory struct {
	src   Source
	dsts  []Destination
	ring  []byte
	chunk int64 // most bytes of one read

	// Positions count bytes since the ring was last empty, those in gaps included;
	// what is at a position lies at its remainder by the ring's length.
	mu     sync.Mutex // guards what follows
	tail   int64      // where the next byte goes
	heads  []int64    // where each destination's oldest byte is
	gap    int64      // where the ring ended last; up to gapEnd there is nothing
	gapEnd int64
}

// dropped is the head of a destination that takes nothing any more.
const dropped = math.MaxInt64

// NewMemory returns a conduit for chunks of at most chunk bytes that can take
// one more of them whenever it holds no more than hold bytes. The memory is used
// only as far as it fills.
func NewMemory(src Source, dsts []Destination, hold, chunk int64) (*Memory, error) {
	// One chunk to read into, and less than one lost to the gap.
	ring, err := allocate(hold + 2*chunk)
	if err != nil {
		return nil, err
	}
	return &Memory{src: src, dsts: dsts, ring: ring, chunk: chunk, heads: make([]int64, len(dsts))}, nil
}

// tooLarge says that a ring of size bytes cannot be had, whatever is free.
func tooLarge(size, most int64) error {
	return fmt.Errorf("reserve %d bytes for the marks: want at most %d on this machine", size, most)
}

// Name is what the summary calls it.
func (m *Memory) Name() string { return "memory" }

// Close gives the memory back. Neither end may be in use.
func (m *Memory) Close() error { return release(m.ring) }

// Fill reads one chunk of at most size bytes: one call of Read.
func (m *Memory) Fill(size int64) (int64, error) {
	room := m.room()
	n, err := m.src.Read(room[:min(int64(len(room)), size)])
	m.mu.Lock()
	m.tail += int64(n)
	m.mu.Unlock()
	return int64(n), err
}

// room is where the next chunk goes.
func (m *Memory) room() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := int64(len(m.ring))
	oldest := slices.Min(m.heads)
	if oldest >= m.tail { // nothing is held: stay where the cache is warm
		m.restart()
		oldest = 0
	}
	if left := size - m.tail%size; left < m.chunk || left == size { // at the end, or just over it
		m.gap, m.gapEnd = m.tail, m.tail+left%size
		m.tail = m.gapEnd
	}
	if m.tail+m.chunk-oldest > size {
		panic("conduit: internal error: filled beyond what it was made to hold")
	}
	at := m.tail % size
	return m.ring[at : at+m.chunk]
}

// restart begins at the start of the ring again. Nothing is held.
func (m *Memory) restart() {
	m.tail, m.gap, m.gapEnd = 0, 0, 0
	for i, head := range m.heads {
		if head != dropped {
			m.heads[i] = 0
		}
	}
}

// Flush writes the oldest size bytes that destination dst has not taken, and
// says how many it took. Bytes that were not stay in the conduit.
func (m *Memory) Flush(dst int, size int64) (int64, error) {
	var done int64
	for done < size {
		n, err := m.dsts[dst].Write(m.front(dst, size-done))
		done += int64(n)
		m.took(dst, int64(n))
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// took notes that destination dst has taken so many of its oldest bytes.
func (m *Memory) took(dst int, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heads[dst] += n
}

// front is the longest run of destination dst's oldest bytes, up to limit.
func (m *Memory) front(dst int, limit int64) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.heads[dst] == m.gap && m.gap < m.gapEnd {
		m.heads[dst] = m.gapEnd
	}
	head, end := m.heads[dst], m.tail
	if head < m.gap {
		end = m.gap
	}
	if head >= end {
		panic("conduit: internal error: flushed beyond what it holds")
	}
	at := head % int64(len(m.ring))
	return m.ring[at : at+min(end-head, limit)]
}

// Drop says that destination dst takes nothing any more: the others do not have
// to wait for it.
func (m *Memory) Drop(dst int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heads[dst] = dropped
}
