package proxy

import (
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/inert"
	"bpcopy/internal/units"
)

// Meter makes lines for people of the snapshots that it gets one after the
// other. Its rates are those of the last second, or since the snapshot before if
// that is longer ago.
type Meter struct {
	Name string // of the proxy
	UTF8 bool   // the lines may have more than ASCII

	seen []Snapshot // of the last second, the oldest first
}

// rateOver is the time over which a rate is taken.
const rateOver = time.Second

// observe takes a snapshot and returns the rates of both directions.
func (m *Meter) observe(s Snapshot) (rates [2]units.Rate) {
	for len(m.seen) > 1 && s.Elapsed-m.seen[1].Elapsed >= rateOver {
		m.seen = m.seen[1:]
	}
	if m.seen == nil {
		m.seen = append(m.seen, Snapshot{})
	}
	m.seen = append(m.seen, s)
	first := m.seen[0]
	for d := range rates {
		if over := (s.Elapsed - first.Elapsed).Seconds(); over > 0 {
			rates[d] = units.Rate(float64(s.Flows[d].Written-first.Flows[d].Written) / over)
		}
	}
	return rates
}

// Plain returns a line for logs and scripts.
func (m *Meter) Plain(s Snapshot) string {
	rates := m.observe(s)
	c := s.Connections
	fields := []string{"bpcopy:", inert.Line(m.Name), fmt.Sprintf("open=%d total=%d failed=%d", c.Open, c.Opened, c.Failed)}
	for _, d := range []Direction{Up, Down} {
		f := s.Flows[d]
		fields = append(fields, fmt.Sprintf("%v=%s %s pause=%d drain=%d", d, units.Size(f.Written).Compact(), rates[d].Compact(), f.Pauses, f.Drains))
	}
	return strings.Join(fields, " ")
}

// Bar returns a line of at most that many cells for a terminal. If there is
// little room, the end of it is left out.
func (m *Meter) Bar(s Snapshot, cells int) string {
	rates := m.observe(s)
	c := s.Connections
	signs := [2]string{Down: "down", Up: "up"}
	if m.UTF8 {
		signs = [2]string{Down: "↓", Up: "↑"}
	}
	fields := []string{inert.Line(m.Name), fmt.Sprintf("%4d open", c.Open)}
	for _, d := range []Direction{Down, Up} {
		f := s.Flows[d]
		fields = append(fields, fmt.Sprintf("%s %9s p%5s d%5s", signs[d], rates[d].Compact(), short(f.Pauses), short(f.Drains)))
	}
	line := []rune(strings.Join(fields, " "))
	return string(line[:min(len(line), max(0, cells))])
}

// short returns a count in at most five characters.
func short(n int64) string {
	switch {
	case n < 100_000:
		return fmt.Sprint(n)
	case n < 10_000_000:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprintf("%dM", n/1_000_000)
}
