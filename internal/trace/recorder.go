package trace

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"bpcopy/internal/stream"
)

// mostWaiting bounds the events that wait to be written, and so the memory they
// take: about 10 MB.
const mostWaiting = 128 << 10

// writeEvery is how long an event may wait: a wake-up for each would cost the
// copy more than the event itself.
const writeEvery = 20 * time.Millisecond

// Recorder writes events as they happen without ever making the copy wait: one
// goroutine encodes and writes what has come in the meantime. Events that come
// faster than the file takes them, for long, are lost; their line numbers are
// missing then, and Close tells how many.
type Recorder struct {
	out  io.Writer
	quit chan struct{} // closed by Close
	done chan struct{} // closed by run

	mu      sync.Mutex // guards what follows
	waiting []record
	n       int64 // line number of the next event
	lost    int64

	err error // of the first write that failed; run's own until done
}

type record struct {
	at    Micros
	n     int64
	event stream.Event
}

// NewRecorder returns a recorder that writes to out until it is closed.
func NewRecorder(out io.Writer) *Recorder {
	r := &Recorder{out: out, quit: make(chan struct{}), done: make(chan struct{})}
	go r.run()
	return r
}

// Event takes an event, at a time since the start of the copy.
func (r *Recorder) Event(at time.Duration, e *stream.Event) {
	r.mu.Lock()
	if len(r.waiting) < mostWaiting {
		r.waiting = append(r.waiting, record{Micros(at / time.Microsecond), r.n, *e})
	} else {
		r.lost++
	}
	r.n++
	r.mu.Unlock()
}

// Close writes what is left and tells whether everything was written. It gives
// up when ctx ends: whoever reads the events may have stopped. No event may come
// after it.
func (r *Recorder) Close(ctx context.Context) error {
	close(r.quit)
	select {
	case <-r.done:
	case <-ctx.Done():
		return fmt.Errorf("events not written: %w", context.Cause(ctx))
	}
	if r.err == nil && r.lost > 0 {
		return fmt.Errorf("%d of %d events lost: they came faster than they could be written", r.lost, r.n)
	}
	return r.err
}

// run writes until Close; after a failed write it only forgets.
func (r *Recorder) run() {
	defer close(r.done)
	ticker := time.NewTicker(writeEvery)
	defer ticker.Stop()
	var taken []record
	var lines []byte
	for open := true; open; {
		select {
		case <-ticker.C:
		case <-r.quit:
			open = false
		}
		r.mu.Lock()
		taken, r.waiting = r.waiting, taken[:0]
		r.mu.Unlock()
		for i := range taken {
			lines = AppendEvent(lines, taken[i].at, taken[i].n, &taken[i].event)
			if len(lines) >= 64<<10 {
				lines = r.write(lines)
			}
		}
		lines = r.write(lines)
	}
}

func (r *Recorder) write(b []byte) []byte {
	if r.err == nil && len(b) > 0 {
		_, r.err = r.out.Write(b)
	}
	return b[:0]
}
