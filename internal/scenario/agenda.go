package scenario

// entry is something that happens from outside at some time.
type entry struct {
	atMS   int64
	booked int64 // decides among those of one time
	kind   kind
	index  int // of the destination or the action
}

type kind uint8

const (
	arrive    kind = iota // the source delivers what is next
	written               // a sink is done with its call
	opened                // a destination is open
	act                   // an action
	pauseOver             // the pause after a chunk is over
)

// agenda holds what is still to happen: a heap with the next entry on top.
type agenda struct {
	heap   []entry
	booked int64
}

// book adds an entry behind all those of its time.
func (a *agenda) book(atMS int64, k kind, index int) {
	a.add(entry{atMS, a.booked, k, index})
	a.booked++
}

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

// next takes the entry that happens next, if there is one.
func (a *agenda) next() (entry, bool) {
	if len(a.heap) == 0 {
		return entry{}, false
	}
	top := a.heap[0]
	last := a.heap[len(a.heap)-1]
	a.heap = a.heap[:len(a.heap)-1]
	if len(a.heap) > 0 {
		a.sink(last)
	}
	return top, true
}

// peek is the entry that happens next, if there is one.
func (a *agenda) peek() (entry, bool) {
	if len(a.heap) == 0 {
		return entry{}, false
	}
	return a.heap[0], true
}

// sink puts e in the place of the top, then down to where it belongs.
func (a *agenda) sink(e entry) {
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

func (e entry) before(other entry) bool {
	return e.atMS < other.atMS || e.atMS == other.atMS && e.booked < other.booked
}
