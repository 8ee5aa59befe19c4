package throttle

import (
	"errors"
	"syscall"
	"testing"
	"time"
)

// TestLineEndsByTheClock: the clock brings a script to its end where no more
// bytes have a say in it.
func TestLineEndsByTheClock(t *testing.T) {
	start := time.Unix(1000, 0)
	for _, tt := range []struct {
		script string
		bytes  int64 // that go at the start
		last   Last
		after  time.Duration // -1: nothing is known of an end
	}{
		{"unlimited for 1s; close", 0, Idle, time.Second},
		{"unlimited for 1s; close", 5, Going, time.Second},
		{"stall for 1s; 1MiB/s for 2s; fail EIO", 0, Idle, 3 * time.Second},
		{"unlimited for 5B; stall for 1s; fail EIO", 0, Idle, -1},
		{"unlimited for 5B; stall for 1s; fail EIO", 4, Idle, -1},
		{"unlimited for 5B; stall for 1s; fail EIO", 5, Going, -1},
		{"unlimited for 5B; stall for 1s; fail EIO", 5, Idle, time.Second},
		{"5/s for 5B; fail EIO", 5, Idle, time.Second},
		{"unlimited for 1s; 1MiB/s for 5B; close", 0, Idle, -1},
		{"fail EIO", 0, Idle, 0},
		{"unlimited for 1s; repeat", 0, Idle, -1},
		{"unlimited for 1s; stall", 0, Idle, -1},
	} {
		l := NewLine(mustParse(t, tt.script), LineOptions{Burst: 10})
		l.Ends(start, Idle)
		if tt.bytes > 0 {
			l.Next(start, tt.bytes, 0)
		}
		at, end := l.Ends(start, tt.last)
		if got := at.Sub(start); (end == nil) != (tt.after < 0) || end != nil && got != tt.after {
			t.Errorf("%q with %d bytes: ends %v after %v; want %v", tt.script, tt.bytes, end, got, tt.after)
		}
	}
}

func TestEndErr(t *testing.T) {
	for _, tt := range []struct {
		code string
		want error
	}{
		{"", nil}, {"EIO", syscall.EIO}, {"ENOSPC", syscall.ENOSPC}, {"ECONNRESET", syscall.ECONNRESET}, {"EPIPE", syscall.EPIPE},
	} {
		if got := (&End{Code: tt.code}).Err(); !errors.Is(got, tt.want) {
			t.Errorf("End{%q}.Err() = %v; want %v", tt.code, got, tt.want)
		}
	}
}
