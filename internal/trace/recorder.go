package trace

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"bpcopy/internal/stream"
)

// maxWaiting bounds the events that wait to be written. They take 10 MB, and
// those that are being written as much again.
const maxWaiting = 128 << 10

// writeEvery is the time between two writes. To wake the goroutine up for each
// event would take longer than all else that is done for it.
const writeEvery = 20 * time.Millisecond

// Recorder writes events without making the copy wait. [Recorder.Event] only
// notes the event. One goroutine encodes and writes what was noted.
//
// If events come faster than they are written for long, some are lost. Then
// their line numbers are missing, and [Recorder.Close] fails.
type Recorder struct {
	out  io.Writer
	quit chan struct{} // closed by Close
	done chan struct{} // closed by run

	mu      sync.Mutex // guards what follows
	waiting []record
	n       int64  // line number of the next event
	lost    int64  // number of lost events
	last    []byte // the last line; nil if there is none

	err error // of the first write that failed; owned by run until done is closed
}

// record is an event that waits to be written.
type record struct {
	at    Micros
	n     int64
	where Where
	event stream.Event
}

// NewRecorder returns a recorder that writes to out until it is closed.
func NewRecorder(out io.Writer) *Recorder {
	r := &Recorder{out: out, quit: make(chan struct{}), done: make(chan struct{})}
	go r.run()
	return r
}

// Event notes an event, with the time since the start of the copy. The event
// need not stay valid after the call.
func (r *Recorder) Event(at time.Duration, e *stream.Event) { r.EventOf(Where{}, at, e) }

// EventOf is Event for one of several copies.
func (r *Recorder) EventOf(where Where, at time.Duration, e *stream.Event) {
	r.mu.Lock()
	if len(r.waiting) < maxWaiting {
		r.waiting = append(r.waiting, record{Micros(at / time.Microsecond), r.n, where, *e})
	} else {
		r.lost++
	}
	r.n++
	r.mu.Unlock()
}

// Summary gives the line that is written after the last event, with its newline. Event
// must not be called any more.
func (r *Recorder) Summary(line []byte) {
	r.mu.Lock()
	r.last = line
	r.mu.Unlock()
}

// Close writes the events that wait. It fails if a write has failed, or if
// events were lost. When ctx ends, it gives up, since whoever reads the events
// may have stopped; the goroutine is then left behind in its write. Event must
// not be called any more.
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

// run writes the events until Close is called. After a failed write it drops
// them. Close waits for it.
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
			lines = appendEvent(lines, taken[i].at, taken[i].n, taken[i].where, &taken[i].event)
			if len(lines) >= 64<<10 {
				lines = r.write(lines)
			}
		}
		lines = r.write(lines)
	}
	r.mu.Lock()
	last := r.last
	r.mu.Unlock()
	r.write(last)
}

// write writes b, unless a write has failed, and returns b emptied.
func (r *Recorder) write(b []byte) []byte {
	if r.err == nil && len(b) > 0 {
		_, r.err = r.out.Write(b)
	}
	return b[:0]
}
