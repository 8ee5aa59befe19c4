package progress

import (
	"fmt"
	"strings"

	"bpcopy/internal/units"
)

// Colours, as numbers of an SGR escape sequence.
const (
	plain  = ""
	dim    = "2"
	red    = "31"
	yellow = "33"
)

// Shares of the time in percent, for the colour of who is waited for.
const (
	dimBelow    = 50
	yellowAbove = 90
)

// Render returns s as one line for a terminal of columns cells. It never uses
// the last cell, since terminals differ in where the cursor goes after it. A
// narrow terminal shows fewer fields, or none; [wishes] has the order.
func Render(s Snapshot, columns int) string {
	l := fit(s, max(columns-1, 0))
	speed, state := s.speed(l)
	fields := join(strings.Repeat(" ", l.separator()),
		s.progressFields(l),
		speed,
		s.countsField(l),
		s.fill(l),
		s.waitedField(l, state))
	return join(" ", s.nameField(l), fields)
}

// join joins the fields that are there.
func join(separator string, fields ...string) string {
	var there []string
	for _, field := range fields {
		if field != "" {
			there = append(there, field)
		}
	}
	return strings.Join(there, separator)
}

// left returns text with spaces behind it, so that it takes width cells.
func left(text string, width int) string {
	return text + strings.Repeat(" ", max(width-cells(text), 0))
}

// right returns text with spaces before it, so that it takes width cells.
func right(text string, width int) string {
	return strings.Repeat(" ", max(width-cells(text), 0)) + text
}

// paint returns text in a colour, if the line may have colours.
func (s Snapshot) paint(text, colour string) string {
	if !s.Colour || colour == plain || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[m"
}

// nameField returns the name.
func (s Snapshot) nameField(l layout) string {
	if l.name == 0 {
		return ""
	}
	return left(shorten(sanitize(s.Name, s.UTF8), l.name, s.UTF8), l.name)
}

// progressFields returns how much is done: percentage, bar and amounts. Without
// a size there are the bytes and, where a bar would be, the time that they took.
func (s Snapshot) progressFields(l layout) string {
	width := l.progress()
	if width == 0 {
		return ""
	}
	if s.sized() {
		text := fmt.Sprintf("%3d%%", s.percent())
		if l.bar > 0 {
			text += " " + drawBar(s.done(), l.bar, s.UTF8)
		}
		if l.amounts {
			text += " " + left(units.PrecisePair(units.Size(s.Written), units.Size(s.Size)), amountCells)
		}
		return text
	}
	if l.bar == 0 {
		return right(formatTiny(s.Written), width)
	}
	text := right(units.Size(s.Written).Precise(), len("0.98 MiB"))
	if s.Outcome == Running {
		text += " " + right(formatClock(s.Elapsed), clockCells)
	}
	return left(text, width)
}

// countsField returns pauses, drains and resumes.
func (s Snapshot) countsField(l layout) string {
	if !l.counts {
		return ""
	}
	return s.counts(l.words)
}

// fill returns how full the buffer is.
func (s Snapshot) fill(l layout) string {
	var gauge, buffer string
	switch {
	case l.gauge == 1:
		gauge = s.gauge()
	case l.gauge > 1:
		gauge = s.wideGauge()
	}
	if l.buffer > 0 {
		buffer = left(s.buffer(), l.buffer)
	}
	return join(" ", gauge, buffer)
}

// speed returns rate and clock, or the state that takes their place, and which
// that is.
func (s Snapshot) speed(l layout) (field string, shown state) {
	width := l.speed()
	if width == 0 {
		return "", state{}
	}
	if st := s.state(width); s.special() {
		return s.paint(left(st.text, width), st.colour), st
	}
	var rate, clock string
	if l.rate {
		rate = right(s.shownRate().Steady(), rateCells)
	}
	if l.clock {
		clock = right(s.clock(), clockCells)
	}
	return right(join(" ", rate, clock), width), state{}
}

// shownRate returns the rate. After the end it is the mean of the whole copy, as
// in the summary.
func (s Snapshot) shownRate() units.Rate {
	if s.Outcome == Finished {
		return average(s.Written, s.Elapsed)
	}
	return s.Rate
}

// clock returns the remaining time, or after the end how long the copy took.
func (s Snapshot) clock() string {
	switch {
	case s.Outcome == Finished:
		return formatTaken(s.Elapsed)
	case !s.sized() || s.ETA < 0:
		return "-:--"
	}
	return formatClock(roundUp(s.ETA))
}

// waitedField returns who is waited for, and for what share of the time. What a
// state could not say in its own place stands here instead.
func (s Snapshot) waitedField(l layout, shown state) string {
	if !l.waited {
		return ""
	}
	if s.special() {
		if text, colour := s.remainder(shown); text != "" {
			return s.paint(left(text, waitedCells), colour)
		}
	}
	if !s.Waited.known() {
		return strings.Repeat(" ", waitedCells)
	}
	percent, colour := s.Waited.percent(), plain
	switch {
	case percent < dimBelow:
		colour = dim
	case percent > yellowAbove && s.Waited.name() != "lim":
		colour = yellow
	}
	return s.paint(fmt.Sprintf("%s %3d%%", s.Waited.name(), percent), colour)
}
