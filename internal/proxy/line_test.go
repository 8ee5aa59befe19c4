package proxy

import (
	"testing"
	"time"
)

// TestLines: what a display shows, with the rates of the last second.
func TestLines(t *testing.T) {
	m := Meter{Name: "127.0.0.1:41234"}
	var s Snapshot
	s.Connections = Connections{Opened: 12345, Failed: 3, Open: 1000}
	s.Elapsed, s.Flows[Down].Written, s.Flows[Up].Written = 10*time.Second, 1<<30, 1<<10
	m.Plain(s)
	s.Elapsed += time.Second
	s.Flows[Down] = Flow{Written: 1<<30 + 210<<20, Pauses: 123_456, Drains: 99_999}
	const plain = "bpcopy: 127.0.0.1:41234 open=1000 total=12345 failed=3 up=1KiB 0B/s pause=0 drain=0 down=1.2GiB 210MiB/s pause=123456 drain=99999"
	if got := m.Plain(s); got != plain {
		t.Errorf("the plain line is\n%s; want\n%s", got, plain)
	}
	m.seen = m.seen[:2]
	const bar = "127.0.0.1:41234 1000 open down  210MiB/s p 123k d99999 up      0B/s p    0 d    0"
	if got := m.Bar(s, 100); got != bar {
		t.Errorf("the bar is\n%s; want\n%s", got, bar)
	}
	m.UTF8 = true
	if got := []rune(m.Bar(s, 79)); len(got) != 77 {
		t.Errorf("the bar has %d cells: %q; want all of it in 79", len(got), string(got))
	}
	if got := m.Bar(s, 20); got != bar[:20] {
		t.Errorf("in 20 cells the bar is %q", got)
	}
}
