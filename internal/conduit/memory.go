package conduit

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Memory is a conduit in one ring of memory. It reads chunks into the ring, one
// behind the other, and writes them to every destination from there. Chunks
// that lie side by side are written in one call. The ring holds each byte once,
// until the last destination has taken it.
//
// The end of the ring never splits a chunk. If a chunk might not fit, the ring
// starts over and leaves a gap.
type Memory struct {
	src   Source
	dsts  []Destination
	ring  []byte
	chunk int64 // most bytes of one read

	// A position counts bytes since the ring was last empty, with those in
	// gaps. The byte at a position is ring[position % len(ring)].
	mu     sync.Mutex // guards what follows
	tail   int64      // position of the next byte
	heads  []int64    // position of each destination's oldest byte
	gap    int64      // the last gap: no byte is at a position in [gap, gapEnd)
	gapEnd int64
}

// dropped is the head of a destination that was dropped.
const dropped = math.MaxInt64

// NewMemory returns a conduit in memory. While it holds at most hold bytes, it
// can take one more chunk of at most chunk bytes.
func NewMemory(src Source, dsts []Destination, hold, chunk int64) (*Memory, error) {
	// One chunk to read into, and less than one chunk for the gap.
	ring, err := allocate(hold + 2*chunk)
	if err != nil {
		return nil, err
	}
	return &Memory{src: src, dsts: dsts, ring: ring, chunk: chunk, heads: make([]int64, len(dsts))}, nil
}

// tooLarge returns the error of a ring that this machine can never hold.
func tooLarge(size, most int64) error {
	return fmt.Errorf("reserve %d bytes for the marks: want at most %d on this machine", size, most)
}

// Name returns "memory".
func (m *Memory) Name() string { return "memory" }

// Close frees the memory. No call may be in progress.
func (m *Memory) Close() error { return release(m.ring) }

// Fill implements [Blocking] by one call of Read.
func (m *Memory) Fill(size int64) (int64, error) {
	room := m.room()
	n, err := m.src.Read(room[:min(int64(len(room)), size)])
	m.mu.Lock()
	m.tail += int64(n)
	m.mu.Unlock()
	return int64(n), err
}

// empty reports whether every destination has taken everything.
func (m *Memory) empty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Min(m.heads) >= m.tail
}

// room returns the memory for the next chunk.
func (m *Memory) room() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := int64(len(m.ring))
	oldest := slices.Min(m.heads)
	if oldest >= m.tail { // empty: use the start again, where the cache is warm
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

// restart begins at the start of the ring again. The ring must be empty.
func (m *Memory) restart() {
	m.tail, m.gap, m.gapEnd = 0, 0, 0
	for i, head := range m.heads {
		if head != dropped {
			m.heads[i] = 0
		}
	}
}

// Flush implements [Blocking].
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

// took notes that destination dst has taken its oldest n bytes.
func (m *Memory) took(dst int, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.heads[dst] != dropped {
		m.heads[dst] += n
	}
}

// front returns the oldest bytes of destination dst that lie side by side, at
// most limit.
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

// Drop implements [Conduit]: the ring keeps no byte for destination dst any
// more.
func (m *Memory) Drop(dst int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heads[dst] = dropped
}
