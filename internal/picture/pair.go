package picture

import (
	"slices"

	"bpcopy/internal/units"
)

// Side is one of two copies that are shown together.
type Side struct {
	Scene    // its head is not shown
	Name     string
	Observed *History
}

// DrawPair returns the picture of two copies, one above the other: [Lines]
// lines, as [Draw] does. Both have the same scale, so that their memory can be
// compared.
func DrawPair(head string, first, second Side, style Style, columns int) []string {
	full := max(scale(first.Scene), scale(second.Scene))
	var most int64
	for _, side := range []Side{first, second} {
		most = max(most, slices.Max(append(side.pen(style, columns).lengths(), 0)))
	}
	lines := append([]string{head, ""}, first.lines(style, columns, full, most)...)
	lines = append(lines, "")
	lines = append(lines, second.lines(style, columns, full, most)...)
	return append(lines, "")
}

// pen returns the pen that draws one side.
func (s Side) pen(style Style, columns int) *pen {
	return &pen{style: style, room: columns - 1, history: s.Observed}
}

// lines returns the three lines of one side. The gauge is full at full bytes,
// and a spark at most.
func (s Side) lines(style Style, columns int, full, most int64) []string {
	p := s.pen(style, columns)
	return []string{
		p.label(s.Name, state(s.Now.Length, s.Mark)) + p.gauge(s.Now.Length, s.Mark, full, p.gaugeCells()) + " " +
			amount(s.Now.Length, s.Mark),
		p.label("", "") + p.word("pause "+count(s.Now.Pauses), pause) + "  " + p.word("drain "+count(s.Now.Drains), drain) + "  " +
			units.Size(s.Now.Written).Human() + " taken",
		p.lastSeconds(most),
	}
}
