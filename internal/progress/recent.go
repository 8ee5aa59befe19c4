package progress

import (
	"slices"
	"time"
)

// recent keeps the values of the last seconds, oldest first. Its memory is
// bounded, whatever the frame rate.
type recent[T any] []moment[T]

// moment is a value with its time.
type moment[T any] struct {
	at    time.Duration
	value T
}

// resolution is the least time between two values that are kept. Of those that
// are closer together, the later one is.
const resolution = 100 * time.Millisecond

// add adds a value that is not earlier than the last, and deletes those that no
// window of that length needs.
func (r *recent[T]) add(at time.Duration, value T, window time.Duration) {
	kept := *r
	if n := len(kept); n >= 2 && at-kept[n-2].at < resolution || n >= 1 && at == kept[n-1].at {
		kept = kept[:n-1]
	}
	kept = append(kept, moment[T]{at, value})
	*r = slices.Delete(kept, 0, kept.before(at-window))
}

// before returns the index of the last value at that time or earlier, or of the
// first value.
func (r recent[T]) before(at time.Duration) int {
	for i := len(r) - 1; i > 0; i-- {
		if r[i].at <= at {
			return i
		}
	}
	return 0
}

func (r recent[T]) last() moment[T] { return r[len(r)-1] }
