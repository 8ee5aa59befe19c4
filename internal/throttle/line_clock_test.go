package throttle

import (
	"errors"
	"testing"
	"time"
)

// TestLineStepsRunByTheClock is about steps during which nothing moves, for
// want of bytes or because the far end is stuck.
func TestLineStepsRunByTheClock(t *testing.T) {
	const script = "1000B/s for 2s; stall for 3s; 2000B/s for 10s; fail EIO"
	tests := []struct {
		idle    time.Duration // after the first byte
		bytes   int64
		at      time.Duration
		failing bool
	}{
		{time.Second, 1000, 2 * time.Second, false},
		{1500 * time.Millisecond, 500, 2 * time.Second, false},
		{2500 * time.Millisecond, 1000, 5500 * time.Millisecond, false},
		{6 * time.Second, 1000, 6500 * time.Millisecond, false},
		{14900 * time.Millisecond, 200, 15 * time.Second, false},
		{14999900 * time.Microsecond, 0, 15 * time.Second, true}, // a fifth of a byte
		{15 * time.Second, 0, 15 * time.Second, true},
		{time.Hour, 0, 15 * time.Second, true},
	}
	for _, tt := range tests {
		start := time.Unix(0, 0)
		l := newLine(t, script, LineOptions{Burst: 1000})
		l.Next(start, 1, 0)
		got := l.Next(start.Add(tt.idle), 5000, 0)
		if got.Bytes != tt.bytes || !got.At.Equal(start.Add(tt.at)) || (got.End != nil) != tt.failing {
			t.Errorf("%q after %v: %+v, at %v; want %d bytes at %v, failing %v",
				script, tt.idle, got, got.At.Sub(start), tt.bytes, tt.at, tt.failing)
		}
	}
}

func TestLineRepeatsThroughIdleTime(t *testing.T) {
	start := time.Unix(0, 0)
	for _, tt := range []struct {
		script     string
		idle, want time.Duration
	}{
		{"stall for 1s; unlimited for 1s; repeat", 7*24*time.Hour + 300*time.Millisecond, 7*24*time.Hour + time.Second},
		{"stall for 1s; unlimited for 1s; repeat", 24*time.Hour + 1300*time.Millisecond, 24*time.Hour + 1300*time.Millisecond},
		{"stall for 1ns; unlimited for 1ns; repeat", 1000 * time.Hour, 1000*time.Hour + 1}, // not step by step
		{"unlimited for 1B; stall for 1s; repeat", time.Hour, time.Hour},                   // waits for its byte
	} {
		l := newLine(t, tt.script, LineOptions{})
		l.Next(start, 1, 0)
		if got := l.Next(start.Add(tt.idle), 1, 0).At.Sub(start); max(got, tt.idle) != tt.want {
			t.Errorf("%q after %v lets through at %v; want %v", tt.script, tt.idle, got, tt.want)
		}
	}
}

// TestLineMakesUpForLateTimers has every wait take too long; the script keeps
// its time all the same.
func TestLineMakesUpForLateTimers(t *testing.T) {
	const late = time.Millisecond
	for _, tt := range []struct {
		script string
		total  int64
		want   time.Duration
	}{
		{"1MiB/s for 1s; stall for 1s; repeat", 10 * mib, 19 * time.Second},
		{"1MiB/s for 20ms; stall for 20ms; repeat", 200 * (mib / 50), 200*40*time.Millisecond - 20*time.Millisecond},
		{"1MiB/s for 64KiB; 2MiB/s for 64KiB; repeat", 3 * mib, 2250 * time.Millisecond},
		{"1MiB/s for 1MiB; stall for 1s; repeat", 10 * mib, 19 * time.Second},
	} {
		start := time.Unix(0, 0)
		end, _, _ := pass(newLine(t, tt.script, LineOptions{}), start, tt.total, 64*kib, late)
		if got := end.Sub(start); got < tt.want || got > tt.want+2*late { // the last slice evens out, and is late
			t.Errorf("%q with timers late by %v: %d bytes took %v; want %v, or a slice more", tt.script, late, tt.total, got, tt.want)
		}
	}
}

// TestLineSavesNoCredit has a far end that is stuck across the end of a step.
func TestLineSavesNoCredit(t *testing.T) {
	start := time.Unix(0, 0)
	for _, stuck := range []time.Duration{slack + 1, time.Second, 9 * time.Second} {
		l := newLine(t, "unlimited for 1B; 1MiB/s for 10s; 2MiB/s", LineOptions{})
		l.Next(start, 1, 0)
		now := start.Add(stuck)
		end, _, _ := pass(l, now, mib, 64*kib, 0)
		if got, want := end.Sub(now), time.Second; got != want {
			t.Errorf("stuck for %v, then 1 MiB at 1 MiB/s took %v; want %v", stuck, got, want)
		}
		now = start.Add(12 * time.Second)
		end, _, _ = pass(l, now, mib, 64*kib, 0)
		if got, want := end.Sub(now), time.Second/2; got != want {
			t.Errorf("stuck for %v, then 1 MiB at 2 MiB/s took %v; want %v", stuck, got, want)
		}
	}
}

// TestLineGiveBack has every slice go in part, as sources and sockets do.
func TestLineGiveBack(t *testing.T) {
	for _, tt := range []struct {
		script string
		bytes  int64
		want   time.Duration
	}{
		{"1000B/s for 1500B; stall for 2s; unlimited for 500B; close", 2000, 3500 * time.Millisecond},
		{"1000B/s for 1500ms; stall for 2s; unlimited for 500B; close", 2000, 3500 * time.Millisecond},
	} {
		start := time.Unix(0, 0)
		l, now, passed := newLine(t, tt.script, LineOptions{Burst: 100}), start, int64(0)
		for {
			s := l.Next(now, 1000, 0)
			now = later(now, s.At)
			if s.End != nil {
				break
			}
			part := (s.Bytes + 1) / 2
			l.GiveBack(s.Bytes - part)
			passed += part
		}
		if got := now.Sub(start); got != tt.want || passed != tt.bytes {
			t.Errorf("%q with half slices closed after %d bytes at %v; want %d at %v", tt.script, passed, got, tt.bytes, tt.want)
		}
	}
}

func TestLineGiveBackTooMuch(t *testing.T) {
	for _, bytes := range []int64{-1, 11} {
		func() {
			l := newLine(t, "1MiB/s", LineOptions{})
			l.Next(time.Unix(0, 0), 10, 0)
			defer func() {
				if recover() == nil {
					t.Errorf("GiveBack(%d) of 10 did not panic", bytes)
				}
			}()
			l.GiveBack(bytes)
		}()
	}
}

func FuzzLine(f *testing.F) {
	for _, script := range []string{
		"10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited", "1B/s for 1ns; 3B/s + latency 1s jitter 1s for 4B; repeat",
		"8000000T for 876000h; latency 876000h jitter 876000h + 1B for 876000h; repeat", "stall for 1ns; unlimited for 1ns; repeat",
		"slice 3B for 10B; fail EIO", "1MiB/s + slice 7B for 20ms; stall for 1ms; repeat",
	} {
		f.Add(script, uint64(1), int64(0), []byte{1, 0, 255, 7, 60, 90})
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64, burst int64, course []byte) {
		script, err := parse(text)
		if _, bad := errors.AsType[*ScriptError](err); bad || burst < 0 {
			return
		}
		l := NewLine(script, LineOptions{Seed: seed, Burst: burst})
		now := time.Unix(0, 0)
		course = course[:min(len(course), 1000)]
		for i := 0; i+2 < len(course); i += 3 {
			want := int64(1) << (course[i] % 63)
			s := l.Next(now, want, 0)
			if s.Bytes < 0 || s.Bytes > want || s.Never && s.End != nil || (s.Bytes > 0) == (s.Never || s.End != nil) {
				t.Fatalf("%q: Next(%v, %d) = %+v", script, now, want, s)
			}
			if s.Bytes > 0 && s.At.Before(now.Add(-slack)) {
				t.Fatalf("%q: Next(%v, %d) = %+v, which was due long ago", script, now, want, s)
			}
			if s.Bytes == 0 {
				if again := l.Next(now, want, 0); again != s {
					t.Fatalf("%q: Next at the end = %+v, then %+v", script, s, again)
				}
				return
			}
			now = later(now, s.At)
			if course[i+1]%4 == 0 {
				l.GiveBack(s.Bytes >> (course[i+1] / 4))
			}
			if course[i+2]%2 == 0 {
				now = now.Add(1 << (course[i+2] / 5)) // late, idle or stuck
			}
		}
	})
}
