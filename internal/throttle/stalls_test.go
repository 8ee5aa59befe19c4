package throttle

import (
	"strings"
	"testing"
	"time"
)

// TestStall: the clock alone brings a line to its stalls, and bytes that wait
// for the end of a stall do not hide it.
func TestStall(t *testing.T) {
	const s = time.Second
	tests := []struct {
		script      string
		bytes       int64 // that go at 1s
		at          time.Duration
		from, until time.Duration // until is negative if there is no end
		none        bool
	}{
		{script: "unlimited", at: s, none: true},
		{script: "stall", at: 3 * s, from: 0, until: -1},
		{script: "stall", bytes: 1, at: 3 * s, from: 0, until: -1},
		{script: "stall for 5s; unlimited", at: 0, from: 0, until: 5 * s},
		{script: "stall for 5s; unlimited", bytes: 1, at: 2 * s, from: 0, until: 5 * s},
		{script: "stall for 5s; unlimited", at: 5 * s, none: true},
		{script: "stall for 5s; unlimited", bytes: 1, at: 6 * s, none: true},
		{script: "unlimited for 2s; stall for 3s; unlimited", at: s, from: 2 * s, until: 5 * s},
		{script: "unlimited for 2s; stall for 3s; unlimited", bytes: 9, at: 4 * s, from: 2 * s, until: 5 * s},
		{script: "unlimited for 2s; stall for 3s; repeat", at: 6 * s, from: 7 * s, until: 10 * s},
		{script: "unlimited for 2s; stall for 3s; repeat", at: 58 * s, from: 57 * s, until: 60 * s},
		{script: "unlimited for 9B; stall for 3s; unlimited", at: 6 * s, none: true},
		{script: "unlimited for 9B; stall for 3s; unlimited", bytes: 9, at: 2 * s, from: s, until: 4 * s},
		{script: "unlimited for 9B; stall for 3s; unlimited", bytes: 8, at: 2 * s, none: true},
		{script: "stall for 1s; 1B/s for 100ms; stall for 2s; unlimited", bytes: 9, at: 2 * s, from: 1100 * time.Millisecond, until: 3100 * time.Millisecond},
		{script: "stall for 2s; 1B/s for 100ms; stall for 2s; unlimited", bytes: 9, at: 2 * s, from: 0, until: 4100 * time.Millisecond},
	}
	for _, tt := range tests {
		start := time.Unix(1000, 0)
		l := NewLine(mustParse(t, tt.script), LineOptions{})
		l.Begin(start)
		if tt.bytes > 0 {
			l.Next(start.Add(s), tt.bytes, 0)
		}
		stall, ok := l.Stall(start.Add(tt.at), Idle)
		if ok == tt.none {
			t.Errorf("%q at %v: ok %t", tt.script, tt.at, ok)
		}
		if !ok {
			continue
		}
		if first := strings.HasPrefix(tt.script, "stall") && tt.from == 0; stall.First != first {
			t.Errorf("%q at %v: the first: %t", tt.script, tt.at, stall.First)
		}
		until := time.Duration(-1)
		if !stall.Until.IsZero() {
			until = stall.Until.Sub(start)
		}
		if from := stall.From.Sub(start); from != tt.from || until != tt.until {
			t.Errorf("%q at %v: a stall from %v to %v; want from %v to %v", tt.script, tt.at, from, until, tt.from, tt.until)
		}
	}
	if _, ok := NewLine(mustParse(t, "stall"), LineOptions{}).Stall(time.Unix(1, 0), Idle); ok {
		t.Error("a script that has not started is in a stall")
	}
}
