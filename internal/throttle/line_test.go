package throttle

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

const gib = 1 << 30

func newLine(t *testing.T, script string, opts LineOptions) *Line {
	t.Helper()
	return NewLine(mustParse(t, script), opts)
}

// pass is what [send] is for a pacer, late by lateness whenever it has to wait.
// It ends early where the line ends or lets nothing through any more, and
// returns the last slice and how many bytes went.
func pass(l *Line, now time.Time, total, chunk int64, lateness time.Duration) (end time.Time, passed int64, last Slice) {
	for passed < total {
		for left := min(chunk, total-passed); left > 0; {
			last = l.Next(now, left, 0)
			if last.At.After(now) {
				now = last.At.Add(lateness)
			}
			if last.Never || last.End != nil {
				return now, passed, last
			}
			left -= last.Bytes
			passed += last.Bytes
		}
	}
	return now, passed, last
}

func TestLineIsExact(t *testing.T) {
	const ms = time.Millisecond
	tests := []struct {
		script       string
		total, chunk int64
		want         time.Duration
	}{
		{"1MiB/s", 10 * mib, 64 * kib, 10 * time.Second},
		{"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", 20 * mib, 64 * kib, 2 * time.Second},
		{"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", 20*mib + 512*kib, 64 * kib, 4500 * ms},
		{"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", 24 * mib, 64 * kib, 11500 * ms},
		{"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", 100 * mib, 64 * kib, 11500 * ms},
		{"1MiB/s for 4MiB; 2MiB/s for 4MiB; unlimited", 9 * mib, 64 * kib, 6 * time.Second},
		{"10GiB/s for 1s; stall for 1s; repeat", 25 * gib, mib, 4500 * ms},
		{"10GiB/s for 5GiB; stall for 1s; repeat", 25 * gib, mib, 6500 * ms},
		{"1B/s for 3s; stall for 1s; repeat", 10, 64 * kib, 13 * time.Second},
		{"1B/s for 3B; stall for 1s; repeat", 10, 64 * kib, 13 * time.Second},
		{"3B/s for 1s; 7B/s", 10, 1, 2 * time.Second},
		{"3B/s for 1B; 7B/s", 8, 1, 1333333333 * time.Nanosecond},
		{"3B/s for 1.5s; repeat", 8, 1, 1500*ms + 1333333333*time.Nanosecond}, // half a byte is lost each time
		{"1B/s for 999ms; 2B/s", 2, 1, 1999 * ms},                             // the first second's byte would be late
		{"unlimited for 1MiB; stall for 1s; repeat", 3 * mib, 64 * kib, 2 * time.Second},
		{"stall for 1h; unlimited", 3 * mib, 64 * kib, time.Hour},
		{"stall for 1s; 1MiB/s", mib, 64 * kib, 2 * time.Second}, // no credit for the stall
		{"latency 5ms", 10 * kib, kib, 50 * ms},
		{"latency 5ms + slice 100B", 1000, 64 * kib, 50 * ms},
		{"latency 5ms for 30ms; latency 1ms", 10 * kib, kib, 34 * ms},
		{"latency 300ms for 1s; unlimited", 5 * kib, kib, 1200 * ms}, // begun in time
		{"latency 300ms for 1s; stall for 1s; repeat", 5 * kib, kib, 2300 * ms},
		{"latency 1s for 500ms; repeat", 5 * kib, kib, 5 * time.Second},
		{"1MiB/s + latency 5ms", 10 * mib, 64 * kib, 10002495651}, // the last write is short, and takes 5ms
		{"1MiB/s + latency 100ms + slice 1KiB", 10 * kib, 64 * kib, time.Second},
		{"1KiB/s + slice 1B", kib, 64 * kib, time.Second},
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		end, passed, last := pass(newLine(t, tt.script, LineOptions{}), start, tt.total, tt.chunk, 0)
		if got := end.Sub(start); got != tt.want || passed != tt.total {
			t.Errorf("%q: %d of %d bytes in chunks of %d took %v (%+v); want %v",
				tt.script, passed, tt.total, tt.chunk, got, last, tt.want)
		}
	}
}

// TestLineFillsATimeStep has as many whole bytes go in a time as the rate says,
// at any rate, and the end come when the time is over.
func TestLineFillsATimeStep(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		rate := 1 + random.Int64N(1<<random.IntN(35))
		d := time.Duration(1 + random.Int64N(int64(3*time.Second)))
		script := fmt.Sprintf("%dB/s for %v; stall for 1ns; close", rate, d)
		want := new(big.Int).Mul(big.NewInt(rate), big.NewInt(int64(d)))
		want.Quo(want, big.NewInt(int64(time.Second)))
		start := time.Unix(0, 0)
		end, got, last := pass(newLine(t, script, LineOptions{}), start, 1<<62, mib, 0)
		if got != want.Int64() || end.Sub(start) != d+1 || last.End == nil {
			t.Errorf("%q passed %d bytes and closed at %v (%+v); want %d at %v", script, got, end.Sub(start), last, want, d+1)
		}
	}
}

func TestLineSlices(t *testing.T) {
	type slice struct {
		bytes int64
		at    time.Duration
	}
	tests := []struct {
		script string
		opts   LineOptions
		want   []slice // of a million ready bytes each
	}{
		{"unlimited", LineOptions{}, []slice{{1e6, 0}, {1e6, 0}}},
		{"unlimited", LineOptions{AtOnce: 1000, Burst: 7}, []slice{{1000, 0}, {1000, 0}}},
		{"slice 4000B + latency 1s", LineOptions{AtOnce: 1000}, []slice{{4000, time.Second}, {4000, 2 * time.Second}}},
		{"slice 600B for 1000B; slice 300B", LineOptions{}, []slice{{600, 0}, {400, 0}, {300, 0}}},
		{"1000B/s for 2500ms; unlimited", LineOptions{Burst: 1000},
			[]slice{{1000, time.Second}, {1000, 2 * time.Second}, {500, 2500 * time.Millisecond}, {1e6, 2500 * time.Millisecond}}},
		{"1000B/s for 1500B; stall for 1s; 2000B/s", LineOptions{Burst: 1000},
			[]slice{{1000, time.Second}, {500, 1500 * time.Millisecond}, {1000, 3 * time.Second}}},
		{"1000B/s + slice 200B", LineOptions{Burst: 1000}, []slice{{200, 200 * time.Millisecond}, {200, 400 * time.Millisecond}}},
		{"1000B/s", LineOptions{}, []slice{{3, 3 * time.Millisecond}, {3, 6 * time.Millisecond}}},
		{"1000B/s + latency 50ms", LineOptions{}, []slice{{100, 100 * time.Millisecond}, {100, 200 * time.Millisecond}}},
		{"1000B/s + latency 50ms", LineOptions{Burst: 10}, []slice{{10, 50 * time.Millisecond}, {10, 100 * time.Millisecond}}},
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		l, now := newLine(t, tt.script, tt.opts), start
		for i, want := range tt.want {
			got := l.Next(now, 1e6, 0)
			if got != (Slice{Bytes: want.bytes, At: start.Add(want.at)}) {
				t.Errorf("%q %+v: slice %d = %d bytes at %v; want %d at %v",
					tt.script, tt.opts, i, got.Bytes, got.At.Sub(start), want.bytes, want.at)
			}
			now = later(now, got.At)
		}
	}
}

func TestLineEnds(t *testing.T) {
	tests := []struct {
		script string
		passed int64
		at     time.Duration // of the end; 0 where there is none
		end    string
	}{
		{"close", 0, 0, "close"},
		{"fail EIO", 0, 0, "fail EIO"},
		{"unlimited for 1000B; fail ENOSPC", 1000, 0, "fail ENOSPC"},
		{"1MiB/s for 2s; close", 2 * mib, 2 * time.Second, "close"},
		{"1MiB/s for 3MiB; stall for 1s; fail ECONNRESET", 3 * mib, 4 * time.Second, "fail ECONNRESET"},
		{"stall", 0, 0, "never"},
		{"1MiB/s for 3MiB; stall", 3 * mib, 3 * time.Second, "never"},
		{"stall for 1s; stall for 2s; repeat", 0, 0, "never"},
		{"1B/s for 999ms; stall for 1s; repeat", 0, 0, "never"},
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		l := newLine(t, tt.script, LineOptions{})
		for range 2 { // it stays so
			end, passed, last := pass(l, start, gib, 64*kib, 0)
			how := "never"
			if last.End != nil {
				how = last.End.String()
			}
			if passed != tt.passed || end.Sub(start) != tt.at || how != tt.end || last.Bytes != 0 || last.Never != (last.End == nil) {
				t.Errorf("%q passed %d bytes, then %s at %v; want %d, then %s at %v", tt.script, passed, how, end.Sub(start), tt.passed, tt.end, tt.at)
			}
			tt.passed, start, tt.at = 0, end, 0
		}
	}
}

// TestLineOfOneRateIsAPacer compares the two under every kind of lateness.
func TestLineOfOneRateIsAPacer(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		rate, burst := 1+random.Int64N(1<<random.IntN(40)), int64(0)
		if seed%2 == 0 {
			burst = 1 + random.Int64N(1<<random.IntN(30))
		}
		l := NewLine(AtRate(rate), LineOptions{Burst: burst, AtOnce: 10})
		if burst == 0 {
			burst = DefaultBurst(rate)
		}
		p := NewPacer(rate, burst)
		now := time.Unix(0, 0)
		for range 100 {
			want := 1 + random.Int64N(1<<random.IntN(24))
			n, at := p.Next(now, want, 0)
			if got := l.Next(now, want, 0); got != (Slice{Bytes: n, At: at}) {
				t.Fatalf("%d/s, burst %d: Line.Next = %+v; Pacer.Next = %d, %v", rate, burst, got, n, at)
			}
			now = later(now, at)
			if random.IntN(3) == 0 {
				now = now.Add(time.Duration(random.Int64N(1 << random.IntN(32))))
			}
		}
	}
}

func TestLineJitter(t *testing.T) {
	const ms = time.Millisecond
	run := func(seed uint64) (delays []time.Duration) {
		l, now := newLine(t, "latency 5ms jitter 2ms", LineOptions{Seed: seed}), time.Unix(0, 0)
		for range 1000 {
			at := l.Next(now, 1, 0).At
			delays = append(delays, at.Sub(now))
			now = at
		}
		return delays
	}
	a, again, other := run(1), run(1), run(2)
	var least, most, differ = a[0], a[0], 0
	for i := range a {
		if a[i] != again[i] {
			t.Fatalf("delay %d of seed 1 = %v, then %v", i, a[i], again[i])
		}
		if a[i] != other[i] {
			differ++
		}
		least, most = min(least, a[i]), max(most, a[i])
	}
	// A thousand draws miss the outer tenth on one side once in 10²² seeds.
	if least < 3*ms || least > 3200*time.Microsecond || most > 7*ms || most < 6800*time.Microsecond {
		t.Errorf("latency 5ms jitter 2ms took %v to %v; want 3ms to 7ms", least, most)
	}
	if differ < 990 {
		t.Errorf("%d of 1000 delays differ between seeds 1 and 2; want nearly all", differ)
	}
}

// TestLatencyTakesInWhatTheWriteTook: late timers and the write itself are part
// of the latency, and not added to it. What took longer than slack is.
func TestLatencyTakesInWhatTheWriteTook(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct{ took, want time.Duration }{
		{ms, 100*5*ms + ms}, // the last write's own
		{5 * ms, 100*5*ms + 5*ms},
		{slack + 1, 100 * (5*ms + slack + 1)},
	} {
		start := time.Unix(0, 0)
		l, now := newLine(t, "latency 5ms", LineOptions{}), start
		for range 100 {
			now = later(now, l.Next(now, kib, 0).At).Add(tt.took)
			l.Took(tt.took)
		}
		if got := now.Sub(start); got != tt.want {
			t.Errorf("100 writes that took %v and a latency of 5ms were done after %v; want %v", tt.took, got, tt.want)
		}
	}
}

// TestLineGathers: what waits behind a slice goes with it as far as its step
// does.
func TestLineGathers(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		script       string
		want, behind int64
		at           time.Duration
	}{
		{"1000B/s", 100, 0, 100 * ms},
		{"1000B/s", 100, 200, 300 * ms},
		{"1000B/s", 100, 2000, 1000 * ms}, // a burst
		{"1000B/s for 150B; unlimited", 100, 200, 150 * ms},
		{"1000B/s for 150ms; unlimited", 100, 200, 150 * ms},
		{"1000B/s + slice 100B", 100, 200, 100 * ms},
		{"1000B/s + latency 50ms", 100, 200, 100 * ms},
		{"unlimited", 100, 200, 0},
	} {
		start := time.Unix(0, 0)
		got := newLine(t, tt.script, LineOptions{Burst: 1000}).Next(start, tt.want, tt.behind)
		if got.Bytes != tt.want || got.At.Sub(start) != tt.at {
			t.Errorf("%q lets %d bytes with %d behind them through as %d after %v; want all after %v",
				tt.script, tt.want, tt.behind, got.Bytes, got.At.Sub(start), tt.at)
		}
	}
}
