package stream

// queue is a first-in, first-out list in a ring that grows and is reused.
type queue[T any] struct {
	ring []T // its length is zero or a power of two
	head int
	n    int
}

func (q *queue[T]) push(v T) {
	if q.n == len(q.ring) {
		q.grow()
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = v
	q.n++
}

// front is the oldest entry; the queue must not be empty.
func (q *queue[T]) front() T { return q.ring[q.head] }

// pop takes the oldest entry; the queue must not be empty.
func (q *queue[T]) pop() T {
	var none T
	v := q.ring[q.head]
	q.ring[q.head] = none // let go of what it points to
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return v
}

// sum adds up the entries of a queue of sizes.
func sum(q *queue[int64]) (total int64) {
	for i := range q.n {
		total += q.ring[(q.head+i)&(len(q.ring)-1)]
	}
	return total
}

func (q *queue[T]) clear() {
	for q.n > 0 {
		q.pop()
	}
}

func (q *queue[T]) grow() {
	ring := make([]T, max(4, 2*len(q.ring)))
	n := copy(ring, q.ring[q.head:])
	copy(ring[n:], q.ring[:q.head])
	q.ring, q.head = ring, 0
}
