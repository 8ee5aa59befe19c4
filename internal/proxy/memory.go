package proxy

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/report"
)

// WatchUpstream is the word for the process that listens at the upstream.
const WatchUpstream = "upstream"

// memoryWatch looks at the memory of a process and its children: what it is
// before a stall, and what it comes to in one.
type memoryWatch struct {
	pid    int
	began  uint64        // tells the process from a later one with its number
	told   chan struct{} // a stall has begun or ended; there is room for one
	quit   chan struct{}
	all    sync.WaitGroup
	stalls func() bool // whether a direction is in a stall

	// What follows belongs to the goroutine, and to others when it has ended.
	before   memories // at the last look at which no stall was
	inside   bool     // a stall was at the last look
	counted  bool     // the kernel's own peaks began when the stall did
	growth   int64
	stalled  bool // a stall was
	peak     int64
	ownPeaks bool    // the kernel's own peaks began with the watch
	group    *cgroup // nil if there is none
}

// memories are the resident bytes of processes, by their numbers, and the most
// that they were, as the kernel tells.
type memories map[int]struct{ resident, most int64 }

func (m memories) resident() (sum int64) {
	for _, one := range m {
		sum += one.resident
	}
	return sum
}

// newMemoryWatch returns a watch of a process, by its number or the word for the
// one that listens at the upstream.
func newMemoryWatch(which string, upstream endpoint.Operand) (*memoryWatch, error) {
	w := &memoryWatch{told: make(chan struct{}, 1), quit: make(chan struct{})}
	var err error
	if which == WatchUpstream {
		w.pid, err = listenerAt(upstream)
	} else if w.pid, err = strconv.Atoi(which); err != nil || w.pid < 1 {
		err = errors.New("want the number of a process, or upstream")
	}
	if err != nil {
		return nil, err
	}
	w.began, err = mayWatch(w.pid)
	return w, err
}

// look makes the watch look at once. It does not wait.
func (w *memoryWatch) look() {
	select {
	case w.told <- struct{}{}:
	default:
	}
}

// start begins to look, until stop is called.
func (w *memoryWatch) start(stalls func() bool) {
	w.stalls = stalls
	now := memoriesOf(w.pid, w.began)
	w.ownPeaks = restartPeaks(now)
	w.group = cgroupOf(w.pid)
	w.group.restart(now)
	w.note()
	w.all.Go(w.run)
}

// run looks now and then. Stop waits for it.
func (w *memoryWatch) run() {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-w.quit:
			return
		case <-ticker.C:
		case <-w.told:
		}
		w.note()
	}
}

// lookEvery is the time between two looks at what a stall does.
const lookEvery = 100 * time.Millisecond

// stop looks for the last time.
func (w *memoryWatch) stop() {
	close(w.quit)
	w.all.Wait()
	w.note()
	w.group.close()
}

// note is one look.
func (w *memoryWatch) note() {
	now, inside := memoriesOf(w.pid, w.began), w.stalls()
	if len(now) == 0 {
		return // the process has gone
	}
	grouped := w.group.resident(now)
	w.peak = max(w.peak, now.resident(), grouped)
	if w.ownPeaks {
		for _, one := range now {
			w.peak = max(w.peak, one.most)
		}
	}
	if inside && !w.inside {
		w.counted = restartPeaks(now)
		w.group.restart(now)
		w.stalled = true
	}
	if inside || w.inside {
		w.grew(now, w.counted && w.inside)
	}
	if w.inside {
		w.growth = max(w.growth, grouped-w.before.resident())
	}
	if w.inside = inside; !inside {
		w.before = now
	}
}

// grew notes by how much the memory has grown since before the stall. A peak of
// one process between two looks counts, if the kernel has told it.
func (w *memoryWatch) grew(now memories, peaks bool) {
	w.growth = max(w.growth, now.resident()-w.before.resident())
	if !peaks {
		return
	}
	for pid, one := range now {
		if before, known := w.before[pid]; known {
			w.growth = max(w.growth, one.most-before.resident)
		}
	}
}

// summary returns what was seen. The growth is known if a stall was felt.
func (w *memoryWatch) summary(felt bool) report.Watched {
	s := report.Watched{PID: &w.pid}
	if w.peak > 0 {
		s.PeakRSS = &w.peak
	}
	if felt && w.stalled {
		s.RSSGrowthWhileStalled = &w.growth
	}
	return s
}
