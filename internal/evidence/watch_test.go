package evidence

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// fakeEyes note when they looked at what.
type fakeEyes struct {
	start time.Time

	mu     sync.Mutex
	looked []look
	found  finding
	tcp    *tcpFinding
	closed bool
	slow   chan struct{} // if not nil, a look takes until hurry
}

type look struct {
	after time.Duration
	end   int
}

func (e *fakeEyes) look(end int) finding {
	if e.slow != nil {
		<-e.slow
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.looked = append(e.looked, look{time.Since(e.start), end})
	return e.found
}

func (e *fakeEyes) connection(int) *tcpFinding {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tcp
}

func (e *fakeEyes) hurry() {
	if e.slow != nil {
		close(e.slow)
	}
}

func (e *fakeEyes) close() { e.closed = true }

// finds says what the next looks find, and what the connection has done.
func (e *fakeEyes) finds(f finding, tcp *tcpFinding) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.found, e.tcp = f, tcp
}

// owner is a copy of which every moment belongs to the holder that it has now.
type owner struct {
	start time.Time
	on    int // the destination that is full

	mu     sync.Mutex
	holder ledger.Holder
	waits  ledger.Waits
	full   []time.Duration
}

// now changes the holder.
func (o *owner) now(h ledger.Holder) {
	o.stats()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holder = h
}

func (o *owner) stats() ledger.Snapshot {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := time.Since(o.start)
	var before time.Duration
	for h := ledger.ByProgram; h <= ledger.ByUser; h++ {
		before += o.waits.Of(h)
	}
	o.waits.Until(at, o.holder)
	s := ledger.Snapshot{Elapsed: at, Waits: o.waits}
	for i := range o.full {
		if i == o.on {
			o.full[i] += at - before
		}
		s.Destinations = append(s.Destinations, ledger.Destination{Full: o.full[i]})
	}
	return s
}

// watching is a watch of a copy to two destinations, in a bubble.
func watching(holder ledger.Holder, on int) (*Watch, *owner, *fakeEyes) {
	now := time.Now()
	o := &owner{holder: holder, on: on, start: now, full: make([]time.Duration, 2)}
	e := &fakeEyes{start: now}
	return start(Options{Destinations: make([]End, 2), Stats: o.stats}, e), o, e
}

// Only who is waited for is looked at, ten times a second at most, and not at once.
func TestLooks(t *testing.T) {
	for name, tt := range map[string]struct {
		holder ledger.Holder
		on     int
		want   int
		looks  int
	}{
		"source":             {ledger.BySource, 0, stream.FromSource, 3},
		"destination":        {ledger.ByDestination, 0, 0, 3},
		"second destination": {ledger.ByDestination, 1, 1, 3},
		"program":            {ledger.ByProgram, 0, 0, 0},
		"user":               {ledger.ByUser, 0, 0, 0},
		"limit":              {ledger.ByLimit, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, _, e := watching(tt.holder, tt.on)
				time.Sleep(399 * time.Millisecond)
				w.Stop()
				var want []look
				for i := range tt.looks {
					want = append(want, look{time.Duration(i+1) * 100 * time.Millisecond, tt.want})
				}
				if !slices.Equal(e.looked, want) || !e.closed {
					t.Errorf("looks: %v; want %v", e.looked, want)
				}
			})
		})
	}
}

func TestShortCopyIsNotLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, e := watching(ledger.BySource, 0)
		time.Sleep(99 * time.Millisecond)
		if found := w.Stop(); found != nil || e.looked != nil {
			t.Errorf("Stop() = %v after looks %v; want none", found, e.looked)
		}
	})
}

// The end of a copy does not wait for the rest of a look.
func TestStopHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		o := &owner{holder: ledger.ByDestination, start: now, full: make([]time.Duration, 1)}
		e := &fakeEyes{start: now, slow: make(chan struct{})}
		w := start(Options{Destinations: make([]End, 1), Stats: o.stats}, e)
		time.Sleep(150 * time.Millisecond)
		w.Stop() // or the bubble is deadlocked
		if len(e.looked) != 1 {
			t.Errorf("looks: %v; want the one that was under way", e.looked)
		}
	})
}

// Who held the copy up for most of the time since the last look is looked at.
func TestHalfOfTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, o, e := watching(ledger.BySource, 0)
		time.Sleep(149 * time.Millisecond) // at 100 ms it was the source
		o.now(ledger.ByProgram)
		time.Sleep(100 * time.Millisecond) // and less than half of the next 100 ms
		o.now(ledger.ByDestination)
		time.Sleep(52 * time.Millisecond) // then the destination, a little more than half
		w.Stop()
		want := []look{{100 * time.Millisecond, stream.FromSource}, {300 * time.Millisecond, 0}}
		if !slices.Equal(e.looked, want) {
			t.Errorf("looks: %v; want %v", e.looked, want)
		}
	})
}

// Of a limit the watch says whose it is, without looking at anything.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		o := &owner{holder: ledger.ByLimit, start: now, full: make([]time.Duration, 2)}
		ends := []int{1, 1, stream.FromSource, 1}
		opts := Options{
			Destinations: make([]End, 2),
			Stats:        o.stats,
			Limiting: func() (int, bool) {
				end := ends[0]
				ends = ends[1:]
				return end, true
			},
			LimitState: func(end int) string {
				if end == stream.FromSource {
					return ByScript
				}
				return ByRate
			},
		}
		w := start(opts, &fakeEyes{start: now})
		time.Sleep(450 * time.Millisecond)
		got := w.Stop()
		want := []Entry{
			{Side: side.Destination, Destination: 1, Kind: Limit, State: ByRate, Share: 0.75},
			{Side: side.Source, Kind: Limit, State: ByScript, Share: 0.25},
		}
		if !slices.Equal(got, want) {
			t.Errorf("Stop() = %+v; want %+v", got, want)
		}
	})
}

// A connection counts from its state at the start to that at the end.
func TestConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		now := time.Now()
		o := &owner{holder: ledger.ByDestination, start: now, full: make([]time.Duration, 1)}
		e := &fakeEyes{start: now, tcp: &tcpFinding{busy: 10 * s, receiverWindow: 5 * s, sendBuffer: 2 * s, retransmits: 7}}
		w := start(Options{Destinations: make([]End, 1), Stats: o.stats}, e)
		e.finds(finding{tcp: &tcpFinding{busy: 11 * s}},
			&tcpFinding{busy: 13 * s, receiverWindow: 7 * s, sendBuffer: 5 * s / 2, retransmits: 9, rtt: s / 100})
		time.Sleep(4 * s)
		got := w.Stop()
		want := []Entry{{
			Side: side.Destination, Kind: TCP, Share: 0.75,
			ReceiverWindow: 2 * s, SendBuffer: s / 2, Network: s / 2, Retransmits: 2, RTT: s / 100,
		}}
		if !slices.Equal(got, want) {
			t.Errorf("Stop() = %+v; want %+v", got, want)
		}
	})
}

// The longer a copy takes, the rarer are the looks.
func TestLooksBecomeRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, e := watching(ledger.BySource, 0)
		time.Sleep(time.Minute)
		w.Stop()
		for i, look := range e.looked[1:] {
			since := look.after - e.looked[i].after
			if want := min(max(100*time.Millisecond, e.looked[i].after/20), time.Second); since != want {
				t.Errorf("%v after the look at %v; want %v", since, e.looked[i].after, want)
			}
		}
		if n := len(e.looked); n < 100 || n > 110 {
			t.Errorf("%d looks in a minute; want 20 in 2 s, 46 more in 20 s, and 40 more", n)
		}
	})
}
