package throttle

import (
	"testing"
	"time"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

// send passes total bytes in chunks, each ready as soon as the one before has
// gone, and returns when the last slice goes.
func send(p *Pacer, now time.Time, total, chunk int64) time.Time {
	for total > 0 {
		for left := min(chunk, total); left > 0; {
			n, at := p.Next(now, left, 0)
			if at.After(now) {
				now = at
			}
			left -= n
			total -= n
		}
	}
	return now
}

func TestPacerIsExact(t *testing.T) {
	tests := []struct {
		rate, total, chunk int64
		want               time.Duration
	}{
		{64 * kib, mib, 16 * kib, 16 * time.Second}, // the first burst is not free
		{mib, 10 * mib, 64 * kib, 10 * time.Second},
		{1000, 4000, 1, 4 * time.Second},
		{1, 3, 64 * kib, 3 * time.Second},
		{3, 10, 1, 3333333333 * time.Nanosecond},
		{kib, 4 * kib, 64 * kib, 4 * time.Second},
		{100 * mib, 400 * mib, 64 * kib, 4 * time.Second},
		{1 << 31, 1 << 33, mib, 4 * time.Second},
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		got := send(NewPacer(tt.rate, DefaultBurst(tt.rate)), start, tt.total, tt.chunk).Sub(start)
		if got != tt.want {
			t.Errorf("%d bytes at %d/s in chunks of %d took %v; want %v", tt.total, tt.rate, tt.chunk, got, tt.want)
		}
	}
}

func TestPacerSavesNoCredit(t *testing.T) {
	const rate, burst = mib, 4 * kib
	for _, pause := range []time.Duration{slack + 1, time.Second, time.Hour} {
		start := time.Unix(0, 0)
		p := NewPacer(rate, burst)
		now := send(p, start, mib, 64*kib)
		now = now.Add(pause) // nothing came, or the far end was stuck
		if got, want := send(p, now, mib, 64*kib).Sub(now), time.Second; got != want {
			t.Errorf("after a pause of %v, 1 MiB at 1 MiB/s took %v; want %v", pause, got, want)
		}
	}
}

func TestPacerMakesUpForLateTimers(t *testing.T) {
	const rate, burst = mib, 4 * kib
	start := time.Unix(0, 0)
	now := start
	p := NewPacer(rate, burst)
	for range 256 {
		n, at := p.Next(now, burst, 0)
		if n != burst {
			t.Fatalf("Next(_, %d) = %d; want %d", burst, n, burst)
		}
		if at.After(now) {
			now = at
		}
		now = now.Add(time.Millisecond) // each timer is late
	}
	if got, want := now.Sub(start), time.Second+time.Millisecond; got != want {
		t.Errorf("256 slices with late timers took %v; want %v", got, want)
	}
}

func TestPacerBurst(t *testing.T) {
	now := time.Unix(0, 0)
	p := NewPacer(mib, 256*kib)
	n, at := p.Next(now, mib, 0)
	if n != 256*kib || !at.Equal(now.Add(250*time.Millisecond)) {
		t.Errorf("Next(0, 1 MiB) = %d, %v; want 262144 after 250ms", n, at.Sub(now))
	}
	if n, _ := p.Next(at, 10, 0); n != 10 {
		t.Errorf("Next(_, 10) = %d; want 10", n)
	}
}

// TestPacerGathers has chunks come in batches, as those do that fill up to a
// mark: there is one wait for each batch, or for each burst where that is less.
func TestPacerGathers(t *testing.T) {
	tests := []struct {
		rate, burst, chunk, batch, total int64
		waits                            int
		want                             time.Duration
	}{
		{100 * mib, DefaultBurst(100 * mib), 128 * kib, 1, 100 * mib, 800, time.Second},
		{100 * mib, DefaultBurst(100 * mib), 128 * kib, 2, 100 * mib, 400, time.Second},
		{100 * mib, 64 * kib, 64 * kib, 4, 100 * mib, 1600, time.Second},
		{100 * mib, 128 * kib, 64 * kib, 4, 100 * mib, 800, time.Second},
		{64 * kib, mib, 128 * kib, 2, mib, 4, 16 * time.Second}, // a wait is longer than a late line may be
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		p, now, waits := NewPacer(tt.rate, tt.burst), start, 0
		for sent := int64(0); sent < tt.total; {
			for behind := (tt.batch - 1) * tt.chunk; behind >= 0; behind -= tt.chunk {
				n, at := p.Next(now, tt.chunk, behind)
				if n != tt.chunk {
					t.Fatalf("Next(_, %d, %d) = %d; want all", tt.chunk, behind, n)
				}
				if at.After(now) {
					now = at
					waits++
				}
				sent += n
			}
		}
		if got := now.Sub(start); got != tt.want || waits != tt.waits {
			t.Errorf("batches of %d chunks of %d at %d/s in bursts of %d took %v and %d waits; want %v, %d",
				tt.batch, tt.chunk, tt.rate, tt.burst, got, waits, tt.want, tt.waits)
		}
	}
}

func TestDefaultBurst(t *testing.T) {
	for rate, want := range map[int64]int64{1: 1, 299: 1, 600: 2, mib: 3495, 1 << 31: 7158278} {
		if got := DefaultBurst(rate); got != want {
			t.Errorf("DefaultBurst(%d) = %d; want %d", rate, got, want)
		}
	}
}
