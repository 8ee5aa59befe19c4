package transfer

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
	"bpcopy/internal/units"
)

// lazySource gives a chunk each second.
type lazySource struct{ Source }

func (s lazySource) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	return s.Source.Read(p)
}

// Every moment of a copy has one owner, by whichever engine, also while it runs.
func TestWaits(t *testing.T) {
	script := func(text string) throttle.Script {
		s, err := throttle.Parse(text, units.ParseSize, units.ParseRate)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	type times map[ledger.Holder]time.Duration
	quick := func() Destination { return discarding{io.Discard} }
	for name, tt := range map[string]struct {
		src  Source
		dst  Destination
		opts func(*Options)
		want times // of a copy of 50 bytes in chunks of 10
	}{
		"slow destination": {sourceOf(50), slow{quick(), time.Second}, nil, times{ledger.ByDestination: 5 * time.Second}},
		"slow source":      {lazySource{sourceOf(50)}, quick(), nil, times{ledger.BySource: 6 * time.Second}},
		"slow file": {regular{lazySource{sourceOf(50)}}, quick(), func(o *Options) { o.ReadAhead = 30 }, // reads while a write waits
			times{ledger.BySource: 6 * time.Second}},
		"rate": {sourceOf(50), quick(), func(o *Options) { o.Rate, o.Burst = 10, 10 },
			times{ledger.ByLimit: 5 * time.Second}},
		"consumer": {sourceOf(50), quick(), func(o *Options) {
			o.Consumers = []throttle.Script{script("unlimited for 20B; stall for 3s; unlimited")}
		}, times{ledger.ByLimit: 3 * time.Second}},
		"producer": {sourceOf(50), quick(), func(o *Options) { o.Producer = script("unlimited for 20B; stall for 4s; unlimited") },
			times{ledger.ByLimit: 4 * time.Second}},
		"user": {sourceOf(50), quick(), func(o *Options) { o.PauseAfterChunk, o.HighWaterMark = time.Second, 100 },
			times{ledger.ByUser: 5 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := marks(10, 10, 10)
				if tt.opts != nil {
					tt.opts(&opts)
				}
				opts.Series = true
				c, err := New(tt.src, []Destination{tt.dst}, opts)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error)
				go func() { ended <- c.Run(t.Context()) }()
				time.Sleep(1500 * time.Millisecond)
				checkSum(t, c.Stats())
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				got := c.Stats()
				checkSum(t, got)
				checkSeries(t, c.Series(), got)
				for h := ledger.ByProgram; h <= ledger.ByUser; h++ {
					if got.Waits.Of(h) != tt.want[h] {
						t.Errorf("holder %d held the copy up for %v; want %v", h, got.Waits.Of(h), tt.want[h])
					}
				}
			})
		})
	}
}

// checkSum wants all of the time to be somebody's.
func checkSum(t *testing.T, s ledger.Snapshot) {
	t.Helper()
	var sum time.Duration
	for h := ledger.ByProgram; h <= ledger.ByUser; h++ {
		sum += s.Waits.Of(h)
	}
	if sum != s.Elapsed {
		t.Errorf("after %v, %v have an owner", s.Elapsed, sum)
	}
}

// The end that waits for its time is told, and nobody while bytes move.
func TestLimiting(t *testing.T) {
	script, err := throttle.Parse("stall for 3s; unlimited", units.ParseSize, units.ParseRate)
	if err != nil {
		t.Fatal(err)
	}
	quick := discarding{io.Discard}
	for name, tt := range map[string]struct {
		src   Source
		dsts  []Destination
		opts  func(*Options)
		end   int
		waits bool
	}{
		"rate": {sourceOf(50), []Destination{quick}, func(o *Options) { o.Rate, o.Burst = 10, 10 }, 0, true},
		"second consumer": {sourceOf(50), []Destination{quick, quick}, func(o *Options) {
			o.Consumers = []throttle.Script{{}, script}
		}, 1, true},
		"producer":         {sourceOf(50), []Destination{quick}, func(o *Options) { o.Producer = script }, stream.FromSource, true},
		"slow destination": {sourceOf(50), []Destination{slow{quick, time.Second}}, func(*Options) {}, stream.FromSource, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := marks(10, 10, 10)
				tt.opts(&opts)
				c, err := New(tt.src, tt.dsts, opts)
				if err != nil {
					t.Fatal(err)
				}
				ended := make(chan error)
				go func() { ended <- c.Run(t.Context()) }()
				time.Sleep(1500 * time.Millisecond)
				if end, waits := c.Limiting(); end != tt.end || waits != tt.waits {
					t.Errorf("Limiting() = %d, %v; want %d, %v", end, waits, tt.end, tt.waits)
				}
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				if end, waits := c.Limiting(); waits {
					t.Errorf("Limiting() = %d, %v at the end; want nobody", end, waits)
				}
			})
		})
	}
}

// checkSeries holds the sums of a series against the totals.
func checkSeries(t *testing.T, s ledger.Series, want ledger.Snapshot) {
	t.Helper()
	var held ledger.Waits
	var at time.Duration
	for h := range ledger.Holder(ledger.Holders) {
		for _, bucket := range s.Holders {
			at += bucket[h]
		}
		held.Until(at, h)
		if held.Of(h) != want.Waits.Of(h) {
			t.Errorf("the series has %v of holder %d; want %v", held.Of(h), h, want.Waits.Of(h))
		}
	}
	var read, taken, drains int64
	for i := range s.Source {
		read, taken = read+s.Source[i].Bytes, taken+s.Destinations[0][i].Bytes
		drains += s.Destinations[0][i].Drains
	}
	if read != want.Read || taken != want.Written || drains != want.Drains {
		t.Errorf("the series has %d bytes read, %d taken, %d drains; want %d, %d, %d", read, taken, drains, want.Read, want.Written, want.Drains)
	}
}
