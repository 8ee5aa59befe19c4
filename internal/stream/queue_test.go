package stream

import "testing"

// The ring wraps, grows while wrapped, and keeps the order.
func TestQueue(t *testing.T) {
	var q queue[int]
	in, out := 0, 0
	for round := range 60 {
		for range round {
			q.push(in)
			in++
		}
		for q.n > round/2 {
			if front, got := q.front(), q.pop(); got != out || front != out {
				t.Fatalf("round %d: front() = %d, pop() = %d; want %d", round, front, got, out)
			}
			out++
		}
	}
	if len(q.ring) != 128 {
		t.Errorf("the ring has %d places; want 128, as there were at most 88 entries", len(q.ring))
	}
	if q.clear(); q.n != 0 {
		t.Errorf("%d entries after clear(); want 0", q.n)
	}
}
