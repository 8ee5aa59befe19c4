package conduit

import "sync"

// Memory is a conduit in memory: one ring, into which chunks are read one behind
// the other. They are written from where they lie, several in one call where
// they lie side by side. A chunk is never split by the end of the ring: where
// one might not fit, the ring starts over and leaves a gap.
type Memory struct {
	src   Source
	dst   Destination
	ring  []byte
	chunk int // most bytes of one read

	mu   sync.Mutex // guards what follows
	head int        // where the oldest byte is
	tail int        // where the next one goes
	used int        // bytes between them
	end  int        // where the bytes before the gap end, when tail is behind head
}

// NewMemory returns a conduit for chunks of at most chunk bytes that can take
// one more of them whenever it holds no more than hold bytes. The memory is used
// only as far as it fills.
func NewMemory(src Source, dst Destination, hold, chunk int64) (*Memory, error) {
	// One chunk to read into, and less than one lost to the gap.
	ring, err := allocate(hold + 2*chunk)
	if err != nil {
		return nil, err
	}
	return &Memory{src: src, dst: dst, ring: ring, chunk: int(chunk)}, nil
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
	m.tail += n
	m.used += n
	m.mu.Unlock()
	return int64(n), err
}

// room is where the next chunk goes.
func (m *Memory) room() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used == 0 {
		m.head, m.tail = 0, 0 // stay where the cache is warm
	}
	if len(m.ring)-m.tail < m.chunk {
		m.end, m.tail = m.tail, 0
	}
	if m.used > 0 && m.tail <= m.head && m.head-m.tail < m.chunk {
		panic("conduit: internal error: filled beyond what it was made to hold")
	}
	return m.ring[m.tail : m.tail+m.chunk]
}

// Flush writes the oldest size bytes, and says how many were taken. Bytes that
// were not stay in the conduit.
func (m *Memory) Flush(size int64) (int64, error) {
	var done int64
	for done < size {
		n, err := m.dst.Write(m.front(size - done))
		done += int64(n)
		m.mu.Lock()
		m.head += n
		m.used -= n
		m.mu.Unlock()
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// front is the longest run of the oldest bytes, up to limit of them.
func (m *Memory) front(limit int64) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	end := m.tail
	if m.tail <= m.head { // the run goes up to the gap
		if m.head == m.end {
			m.head = 0
		} else {
			end = m.end
		}
	}
	if m.used == 0 {
		panic("conduit: internal error: flushed beyond what it holds")
	}
	return m.ring[m.head:min(end, m.head+int(min(limit, int64(len(m.ring)))))]
}
