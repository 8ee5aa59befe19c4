package evidence

import (
	"sync"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// Options says what to watch.
type Options struct {
	Source       End
	Destinations []End
	// Stats returns what the copy has come to.
	Stats func() ledger.Snapshot
	// Limiting returns which end waits for its time now: the index of a
	// destination, or [stream.FromSource]. It may be nil if nothing has a limit.
	Limiting func() (end int, waits bool)
	// LimitState returns how an end is limited: [ByRate] or [ByScript].
	LimitState func(end int) string
}

// shortest is the shortest time between two looks, and how long a copy must take to be
// looked at: a short one does not pay for anything. A long one needs no more than a few
// dozen looks to be judged, so they become rarer: a twentieth of its time is between two
// of them, up to the longest.
const (
	shortest = 100 * time.Millisecond
	longest  = time.Second
)

// next returns the time to the next look at a copy that has taken so long.
func next(elapsed time.Duration) time.Duration { return min(max(shortest, elapsed/20), longest) }

// eyes are what the kernel is asked with. One goroutine at a time uses them.
type eyes interface {
	// look samples an end.
	look(end int) finding
	// connection returns what the connection of a destination has done, or nil.
	connection(dst int) *tcpFinding
	// hurry makes a look that is under way end soon: nobody wants to know any more.
	// Unlike the others it may be called at any time.
	hurry()
	close()
}

// Watch finds evidence while a copy runs.
type Watch struct {
	opts  Options
	eyes  eyes
	timer *time.Timer   // of the next look
	gone  chan struct{} // closed by a look that comes too late

	looking sync.Mutex      // held around a look; guards what follows
	over    bool            // there is to be no other one
	before  ledger.Snapshot // at the last one

	mu      sync.Mutex // guards what follows
	tallies []*tally   // of the source and then of the destinations
}

// Start starts to watch. Nothing is asked before the copy has taken a while, except
// what connections have done before it.
func Start(opts Options) *Watch { return start(opts, newEyes(opts)) }

func start(opts Options, eyes eyes) *Watch {
	w := &Watch{opts: opts, eyes: eyes, gone: make(chan struct{})}
	for end := stream.FromSource; end < len(opts.Destinations); end++ {
		w.tallies = append(w.tallies, newTally(end))
	}
	for dst := range opts.Destinations {
		w.of(dst).tcpBefore = eyes.connection(dst)
	}
	w.looking.Lock()
	defer w.looking.Unlock()
	w.timer = time.AfterFunc(shortest, w.tick) // a short copy starts no goroutine
	return w
}

// of returns the tally of an end.
func (w *Watch) of(end int) *tally { return w.tallies[end-stream.FromSource] }

// Stop ends the watch and returns its entries. It does not wait for the rest of a scan.
func (w *Watch) Stop() []Entry {
	w.eyes.hurry()
	w.looking.Lock()
	w.over = true
	pending := w.timer.Stop()
	w.looking.Unlock()
	if !pending {
		<-w.gone
	}
	w.finish()
	w.eyes.close()
	return w.Entries()
}

// Entries returns what was found so far. It may be called at any time.
func (w *Watch) Entries() []Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return entries(w.tallies)
}

// tick looks, and sets the time of the next look.
func (w *Watch) tick() {
	w.looking.Lock()
	defer w.looking.Unlock()
	if w.over {
		close(w.gone)
		return
	}
	w.look()
	w.timer.Reset(next(w.before.Elapsed))
}

// look samples the end that held the copy up since the last look, if there is one.
func (w *Watch) look() {
	now := w.opts.Stats()
	before := w.before
	w.before = now
	passed := now.Elapsed - before.Elapsed
	held := func(h ledger.Holder) bool { return passed > 0 && 2*(now.Waits.Of(h)-before.Waits.Of(h)) >= passed }
	switch {
	case held(ledger.BySource):
		w.sample(stream.FromSource, now.Elapsed)
	case held(ledger.ByDestination):
		if dst, ok := slowest(before, now); ok {
			w.sample(dst, now.Elapsed)
		}
	case held(ledger.ByLimit):
		w.sampleLimit()
	}
}

// slowest returns the destination that was full for longest since before, if it was
// for half of the time.
func slowest(before, now ledger.Snapshot) (dst int, ok bool) {
	if len(now.Destinations) == 1 {
		return 0, true
	}
	most := (now.Elapsed - before.Elapsed) / 2
	for i, d := range now.Destinations {
		full := d.Full
		if i < len(before.Destinations) {
			full -= before.Destinations[i].Full
		}
		if full >= most {
			dst, ok, most = i, true, full
		}
	}
	return dst, ok
}

// finish takes a last look at the connections that were sampled: what they did since
// then counts as well.
func (w *Watch) finish() {
	for dst := range w.opts.Destinations {
		t := w.of(dst) // nobody changes it any more
		if t.tcp == nil {
			continue
		}
		if c := w.eyes.connection(dst); c != nil {
			elapsed := w.opts.Stats().Elapsed
			w.mu.Lock()
			t.tcp, t.elapsed = c, elapsed
			w.mu.Unlock()
		}
	}
}

// sample adds a sample of an end.
func (w *Watch) sample(end int, elapsed time.Duration) {
	found, at := w.eyes.look(end), time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.of(end).add(found, at, elapsed)
}

// sampleLimit adds a sample of the end whose limit it is.
func (w *Watch) sampleLimit() {
	if w.opts.Limiting == nil {
		return
	}
	end, waits := w.opts.Limiting()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.tallies {
		t.limitLooks++
	}
	if waits {
		t := w.of(end)
		t.limited++
		t.limitState = w.opts.LimitState(end)
	}
}

// sideOf returns the side and the index of an end.
func sideOf(end int) (side.Side, int) {
	if end == stream.FromSource {
		return side.Source, 0
	}
	return side.Destination, end
}
