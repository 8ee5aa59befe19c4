package transfer

import (
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/throttle"
	"bpcopy/internal/units"
)

// A copy that nothing moves in tells what it waits for: which destination, and
// whether a script makes it wait.
func TestAwaited(t *testing.T) {
	stall, err := throttle.Parse("stall for 1h; unlimited", units.ParseSize, units.ParseRate)
	if err != nil {
		t.Fatal(err)
	}
	fast := func() Destination { return &checked{t: t} }
	hourly := func() Destination { return slow{&checked{t: t}, time.Hour} }
	for _, tt := range []struct {
		name      string
		dsts      []Destination
		consumers []throttle.Script
		producer  throttle.Script
		want      ledger.Awaited
	}{
		{"the only destination", []Destination{hourly()}, nil, throttle.Script{},
			ledger.Awaited{Side: side.Destination, Destination: 1}},
		{"the second of three", []Destination{fast(), hourly(), fast()}, nil, throttle.Script{},
			ledger.Awaited{Side: side.Destination, Destination: 2}},
		{"two of three", []Destination{hourly(), fast(), hourly()}, nil, throttle.Script{},
			ledger.Awaited{Side: side.Destination}},
		{"all", []Destination{hourly(), hourly(), hourly()}, nil, throttle.Script{},
			ledger.Awaited{Side: side.Destination}},
		{"the script of the second", []Destination{fast(), fast()}, []throttle.Script{{}, stall}, throttle.Script{},
			ledger.Awaited{Side: side.Destination, Destination: 2, Scripted: true}},
		{"a write before a script", []Destination{hourly(), fast()}, []throttle.Script{{}, stall}, throttle.Script{},
			ledger.Awaited{Side: side.Destination, Destination: 1}},
		{"the script of the source", []Destination{fast()}, nil, stall,
			ledger.Awaited{Side: side.Source, Scripted: true}},
	} {
		synctest.Test(t, func(t *testing.T) {
			opts := marks(kib, kib, kib)
			opts.Consumers, opts.Producer = tt.consumers, tt.producer
			c, err := New(sourceOf(10*kib), tt.dsts, opts)
			if err != nil {
				t.Fatal(err)
			}
			virtual(c)
			ended := make(chan error)
			go func() { ended <- c.Run(t.Context()) }()
			time.Sleep(time.Minute)
			if got := c.Stats().Awaited; got != tt.want {
				t.Errorf("%s: Awaited = %+v; want %+v", tt.name, got, tt.want)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if got := c.Stats().Awaited; got != (ledger.Awaited{}) {
				t.Errorf("%s: Awaited = %+v at the end; want none", tt.name, got)
			}
		})
	}
}
