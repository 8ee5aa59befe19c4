package throttle

import (
	"math/rand/v2"
	"testing"
	"time"
)

// An arrival is when so many bytes went.
type arrival struct {
	bytes int64
	at    time.Duration
}

// arrivals writes bytes into a line, each at its time, and returns when they
// went, up to the end of the script or of the bytes. The caller of the line asks
// for all that is under way, as long as it has any.
func arrivals(t *testing.T, l *Line, written []arrival) (went []arrival, last Slice) {
	t.Helper()
	start := time.Unix(0, 0)
	now, underway := start, int64(0)
	for range 1_000_000 {
		next := time.Time{} // when the next bytes are written
		for len(written) > 0 && !start.Add(written[0].at).After(now) {
			l.Enter(now, written[0].bytes)
			underway += written[0].bytes
			written = written[1:]
		}
		if len(written) > 0 {
			next = start.Add(written[0].at)
		}
		switch {
		case underway == 0 && next.IsZero():
			return went, last
		case underway == 0:
			now = next
			continue
		}
		last = l.Next(now, underway, 0)
		switch {
		case last.Never:
			return went, last
		case last.End != nil:
			return append(went, arrival{0, last.At.Sub(start)}), last
		case last.Bytes == 0 && !last.At.After(now):
			t.Fatalf("Next() = %+v at %v; want bytes, or a later moment", last, now.Sub(start))
		case last.Bytes == 0 && !next.IsZero() && next.Before(last.At):
			now = next
			continue
		}
		now = later(now, last.At)
		if last.Bytes > 0 {
			went = append(went, arrival{last.Bytes, now.Sub(start)})
			underway -= last.Bytes
		}
	}
	t.Fatal("the line does not come to an end")
	return nil, last
}

func TestDelay(t *testing.T) {
	const ms = time.Millisecond
	messages := []arrival{{100, 0}, {101, 10 * ms}, {102, 20 * ms}, {103, 500 * ms}}
	tests := []struct {
		script  string
		written []arrival
		want    []arrival
	}{
		{"delay 100ms", messages, []arrival{{100, 100 * ms}, {101, 110 * ms}, {102, 120 * ms}, {103, 600 * ms}}},
		{"delay 5ms", messages, []arrival{{100, 5 * ms}, {101, 15 * ms}, {102, 25 * ms}, {103, 505 * ms}}},
		// Written at once, they arrive at once.
		{"delay 1s", []arrival{{100, 0}, {200, 0}}, []arrival{{300, time.Second}}},
		// A latency holds up those behind it, a delay does not.
		{"delay 100ms + latency 50ms", messages[:3], []arrival{{100, 150 * ms}, {203, 200 * ms}}},
		{"delay 100ms + slice 60B", []arrival{{100, 0}}, []arrival{{60, 100 * ms}, {40, 100 * ms}}},
		{"delay 1s + 1000B/s", []arrival{{500, 0}, {500, 0}}, []arrival{{1000, 2000 * ms}}}, // a burst,
		// The delay of a byte is that of the step in which it was written, and
		// no byte overtakes another.
		{"delay 100ms for 15ms; unlimited", messages, []arrival{{100, 100 * ms}, {203, 110 * ms}, {103, 500 * ms}}},
		{"unlimited for 100B; delay 1s", messages, []arrival{{100, 0}, {101, 1010 * ms}, {102, 1020 * ms}, {103, 1500 * ms}}},
		{"stall for 5ms; delay 30ms for 10ms; stall for 100ms; unlimited", messages, []arrival{{100, 5 * ms}, {203, 115 * ms}, {103, 500 * ms}}},
		{"delay 10ms for 10ms; delay 20ms for 5ms; repeat", messages, []arrival{{100, 10 * ms}, {203, 30 * ms}, {103, 510 * ms}}},
		// The clock ends a script, whatever is under way.
		{"delay 100ms for 115ms; close", messages, []arrival{{100, 100 * ms}, {101, 110 * ms}, {0, 115 * ms}}},
		{"delay 100ms for 50ms; fail EIO", messages, []arrival{{0, 50 * ms}}},
		{"delay 100ms for 201B; close", messages, []arrival{{100, 100 * ms}, {101, 110 * ms}, {0, 110 * ms}}},
		{"delay 100ms for 105ms; stall", messages, []arrival{{100, 100 * ms}}},
	}
	for _, tt := range tests {
		l := newLine(t, tt.script, LineOptions{Burst: 1000})
		got, last := arrivals(t, l, tt.written)
		if !equal(got, tt.want) {
			t.Errorf("%q: %v arrive as %v (%+v); want %v", tt.script, tt.written, got, last, tt.want)
		}
	}
}

func equal(a, b []arrival) bool {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestDelayJitter: a thousand bytes 10 ms apart are each as late as the jitter
// lets them be, in order, and again so with the same seed. What the latencies
// draw does not count.
func TestDelayJitter(t *testing.T) {
	const ms = time.Millisecond
	var written []arrival
	for i := range 1000 {
		written = append(written, arrival{1, time.Duration(i) * 10 * ms})
	}
	run := func(script string, seed uint64) []arrival {
		got, _ := arrivals(t, newLine(t, script, LineOptions{Seed: seed}), written)
		return got
	}
	a := run("delay 5ms jitter 2ms", 1)
	if again := run("delay 5ms jitter 2ms", 1); !equal(a, again) {
		t.Error("seed 1 gave two different lines")
	}
	if other := run("delay 5ms jitter 2ms", 2); equal(a, other) {
		t.Error("seeds 1 and 2 gave the same line")
	}
	least, most := time.Hour, time.Duration(0)
	for i, w := range written {
		if i >= len(a) || a[i].bytes != 1 {
			t.Fatalf("byte %d did not arrive by itself", i)
		}
		least, most = min(least, a[i].at-w.at), max(most, a[i].at-w.at)
	}
	// See TestLineJitter.
	if least < 3*ms || least > 3200*time.Microsecond || most > 7*ms || most < 6800*time.Microsecond {
		t.Errorf("delay 5ms jitter 2ms took %v to %v; want 3ms to 7ms", least, most)
	}
	// Bytes 1 ms apart with a jitter of 5 ms: none before its predecessor.
	for i := range written {
		written[i].at = time.Duration(i) * ms
	}
	var before time.Duration
	for _, b := range run("delay 5ms jitter 5ms", 3) {
		if b.at < before {
			t.Fatalf("a byte arrives at %v, after one at %v", b.at, before)
		}
		before = b.at
	}
}

// TestDelayIsBounded: however many bytes are under way, the line remembers about
// fineness moments for a delay, and no byte is later than that makes it.
func TestDelayIsBounded(t *testing.T) {
	const delay = time.Second
	for _, seed := range []uint64{1, 2, 3} {
		random := rand.New(rand.NewPCG(seed, 0))
		l := newLine(t, "delay 1s", LineOptions{})
		start := time.Unix(0, 0)
		now, arrived := start, int64(0)
		var written []time.Time // of each byte
		for range 200_000 {
			now = now.Add(time.Duration(random.Int64N(int64(20 * time.Microsecond))))
			l.Enter(now, 1)
			written = append(written, now)
			if got := l.Next(now, int64(len(written))-arrived, 0); got.Bytes > 0 {
				for _, at := range written[arrived : arrived+got.Bytes] {
					if late := now.Sub(at) - delay; late < 0 || late > delay/fineness+20*time.Microsecond {
						t.Fatalf("seed %d: a byte arrived %v too late; want up to %v", seed, late, delay/fineness)
					}
				}
				arrived += got.Bytes
			}
		}
		if n := len(l.underway.groups); n > 2*fineness {
			t.Errorf("seed %d: the line remembers %d moments; want at most %d", seed, n, 2*fineness)
		}
		if allocs := testing.AllocsPerRun(1000, func() {
			now = now.Add(10 * time.Microsecond)
			l.Enter(now, 1)
			l.Next(now, 1, 0)
		}); allocs > 0 {
			t.Errorf("a byte takes %v allocations; want none", allocs)
		}
	}
}

// TestDelayGiveBack: what did not go has arrived all the same.
func TestDelayGiveBack(t *testing.T) {
	l, now := newLine(t, "delay 1s", LineOptions{}), time.Unix(0, 0)
	l.Enter(now, 100)
	now = now.Add(time.Second)
	if got := l.Next(now, 100, 0); got.Bytes != 100 {
		t.Fatalf("Next() = %+v; want 100 bytes", got)
	}
	l.GiveBack(30)
	if got := l.Next(now, 30, 0); got != (Slice{Bytes: 30, At: now}) {
		t.Errorf("Next() = %+v; want the 30 bytes at once", got)
	}
}

func TestDelayWantsWhatEntered(t *testing.T) {
	defer func() {
		if want, got := "throttle: internal error: bytes that never entered are wanted", recover(); got != want {
			t.Errorf("Next() panicked with %v; want %s", got, want)
		}
	}()
	newLine(t, "delay 1s", LineOptions{}).Next(time.Unix(0, 0), 1, 0)
}
