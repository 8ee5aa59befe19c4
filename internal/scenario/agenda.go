package scenario

// entry is something that happens from outside the machine.
type entry struct {
	atMS  int64 // virtual time
	order int64 // among the entries of the same time, the lowest is first
	kind  entryKind
	index int // of the source, destination, stage, writer or action
}

// entryKind is what happens.
type entryKind uint8

const (
	arrive      entryKind = iota // the source delivers the next chunk, or the end
	written                      // a sink call is done
	finalized                    // the last work of a destination is done
	transformed                  // a call of a stage is done
	write                        // a writer begins
	opened                       // a destination is open
	act                          // an action
	pauseOver                    // the pause after a chunk is over
)

// agenda holds the entries that are still to happen. It is a binary heap: no
// entry happens before its parent, so the next one is at index 0.
type agenda struct {
	heap      []entry
	nextOrder int64
}

// book adds an entry, which happens after all others of its time.
func (a *agenda) book(atMS int64, kind entryKind, index int) {
	a.add(entry{atMS, a.nextOrder, kind, index})
	a.nextOrder++
}

// add adds an entry that has its order.
func (a *agenda) add(e entry) {
	a.heap = append(a.heap, e)
	i := len(a.heap) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !e.before(a.heap[parent]) {
			break
		}
		a.heap[i] = a.heap[parent]
		i = parent
	}
	a.heap[i] = e
}

// pop removes and returns the entry that happens next, if there is one.
func (a *agenda) pop() (entry, bool) {
	if len(a.heap) == 0 {
		return entry{}, false
	}
	top := a.heap[0]
	last := a.heap[len(a.heap)-1]
	a.heap = a.heap[:len(a.heap)-1]
	if len(a.heap) > 0 {
		a.siftDown(last)
	}
	return top, true
}

// peek returns the entry that happens next, if there is one.
func (a *agenda) peek() (entry, bool) {
	if len(a.heap) == 0 {
		return entry{}, false
	}
	return a.heap[0], true
}

// siftDown puts e at the top of the heap, or as far below as it belongs.
func (a *agenda) siftDown(e entry) {
	i := 0
	for {
		child := 2*i + 1
		if child >= len(a.heap) {
			break
		}
		if child+1 < len(a.heap) && a.heap[child+1].before(a.heap[child]) {
			child++
		}
		if !a.heap[child].before(e) {
			break
		}
		a.heap[i] = a.heap[child]
		i = child
	}
	a.heap[i] = e
}

// before reports whether e happens before other.
func (e entry) before(other entry) bool {
	return e.atMS < other.atMS || e.atMS == other.atMS && e.order < other.order
}
