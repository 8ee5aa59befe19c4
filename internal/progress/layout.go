package progress

import (
	"fmt"
	"slices"
	"strings"

	"bpcopy/internal/units"
)

// The bar's width without its edges, in cells.
const (
	minBar = 5
	maxBar = 40
)

// field is one part of the line. Some texts change their length from frame to
// frame. For these, room is the longest, so that the bar keeps its width.
type field struct {
	text   string
	room   int    // cells kept for text
	colour string // number of an SGR escape sequence, or empty
}

func newField(text string, room int) field {
	return field{text: text, room: max(room, cells(text))}
}

// inColour returns f in colour.
func (f field) inColour(colour string) field {
	f.colour = colour
	return f
}

// layout is what one line shows. A field without text is left out. With
// everything it is:
//
//	name percent |bar| amount  speed  clock  counts  buffered
type layout struct {
	name    string
	percent bool
	bar     int // cells between its edges
	amount  field
	speed   field // the rate, or the state in its place; see Snapshot.speed
	clock   field // remaining time, or time since the start
	counts  field
	buffer  field
}

// fields returns the fields after the bar, from left to right.
func (l layout) fields() []field {
	var shown []field
	for _, f := range []field{l.amount, l.speed, l.clock, l.counts, l.buffer} {
		if f.text != "" {
			shown = append(shown, f)
		}
	}
	return shown
}

// cells returns the most cells that the line can take.
func (l layout) cells() int {
	width, parts := 0, 0
	add := func(separator, n int) {
		if parts > 0 {
			width += separator
		}
		width += n
		parts++
	}
	if l.name != "" {
		add(0, cells(l.name))
	}
	if l.percent {
		add(1, len("100%"))
	}
	if l.bar > 0 {
		add(1, l.bar+len("||"))
	}
	for i, f := range l.fields() {
		if i == 0 && l.bar > 0 {
			add(1, f.room)
		} else {
			add(2, f.room)
		}
	}
	return width
}

// fit returns the layout that shows most of s in room cells. It goes through
// the wishes in their order and grants each that still fits. In a narrow
// terminal the first wishes are the last to go. They are the ones that other
// programs do not show: stalls and counts.
func fit(s Snapshot, room int) layout {
	var l layout
	for _, wish := range wishes(s, room) {
		richer := l
		wish(&richer)
		if richer.cells() <= room {
			l = richer
		}
	}
	if l.bar > 0 {
		l.bar = min(l.bar+room-l.cells(), maxBar)
	}
	return l
}

// wishes returns what a line should show, most wanted first:
//
//   - a stall or a failure, in short
//   - the counts, in short
//   - the percentage, or the bytes if the size is not known
//   - the rate, or the stall with the full name of the side
//   - a bar of the least width
//   - the remaining time
//   - a short name
//   - the counts in words
//   - a longer name
//   - the bytes
//   - the buffered bytes
//   - the whole name, up to a third of the line
//
// With BufferFirst, the buffered bytes come before the bar. The cells that are
// left over lengthen the bar.
func wishes(s Snapshot, room int) []func(*layout) {
	name := sanitize(s.Name, s.UTF8)
	named := func(most int) func(*layout) {
		return func(l *layout) { l.name = shorten(name, most, s.UTF8) }
	}
	percent := func(l *layout) { l.percent = true }
	bar := func(l *layout) { l.bar = minBar }
	buffer := func(l *layout) { l.buffer = s.buffer() }
	amount := func(l *layout) { l.amount = s.amount() }
	if !s.sized() {
		percent, bar = amount, func(*layout) {}
	}
	list := []func(*layout){
		func(l *layout) { l.speed = s.state(abbreviation(s.WaitingFor)) },
		func(l *layout) { l.counts = s.counts("p%d d%d r%d") },
		percent,
		func(l *layout) { l.speed = s.speed() },
		bar,
		func(l *layout) { l.clock = s.clock() },
		named(8),
		func(l *layout) { l.counts = s.counts("pause %d drain %d resume %d") },
		named(16),
		amount,
		buffer,
		named(max(16, room/3)),
	}
	if s.BufferFirst {
		const afterSpeed = 4
		list = slices.Insert(list, afterSpeed, buffer)
	}
	return list
}

// amount returns the bytes written and, if it is known, the size.
func (s Snapshot) amount() field {
	if !s.sized() {
		return newField(units.Size(s.Written).Human(), len("0.98 MiB"))
	}
	return pair("", s.Written, s.Size)
}

// buffer returns the buffered bytes and the high-water mark.
func (s Snapshot) buffer() field {
	if s.HighWaterMark <= 0 {
		return field{}
	}
	return pair("buffered ", s.Length, s.HighWaterMark)
}

// pair returns "done/total" after label, with room for the widest done.
func pair(label string, done, total int64) field {
	text := units.HumanPair(units.Size(done), units.Size(total))
	_, rest, _ := strings.Cut(text, "/")
	return newField(label+text, len(label+"0.05/"+rest))
}

// state returns "failed", "interrupted" or "stalled", which take the place of
// the rate. The field is empty while bytes move and after a success. The side
// is the name of what a stalled copy waits for.
func (s Snapshot) state(side string) field {
	switch {
	case s.Outcome == Failed:
		return newField("failed", 0).inColour(red)
	case s.Outcome == Interrupted:
		return newField("interrupted", 0).inColour(yellow)
	case s.Outcome == Running && s.Stalled > 0:
		text := strings.TrimRight("stalled "+formatTenths(s.Stalled)+" "+side, " ")
		return newField(text, len("stalled 59.9s ")+len(side)).inColour(yellow)
	}
	return field{}
}

// speed returns the state or, if that is empty, the rate. After the end this is
// the mean rate of the whole copy.
func (s Snapshot) speed() field {
	if state := s.state(s.WaitingFor.String()); state.text != "" {
		return state
	}
	rate := s.Rate
	if s.Outcome == Finished {
		rate = average(s.Written, s.Elapsed)
	}
	return newField(rate.Human(), len("99.9 MiB/s"))
}

// clock returns the remaining time or, if that has no meaning, the time since
// the start. A stalled copy of known size has neither.
func (s Snapshot) clock() field {
	elapsed := formatSeconds(s.Elapsed)
	switch {
	case s.Outcome == Finished:
		return newField("in "+elapsed, 0)
	case s.Outcome != Running:
		return newField("after "+elapsed, 0)
	case !s.sized():
		return newField("elapsed "+elapsed, len("elapsed 9m59s"))
	case s.Stalled > 0:
		return field{}
	}
	return newField("eta "+formatETA(s.ETA), len("eta 9m59s"))
}

// counts returns pauses, drains and resumes, in a format with three verbs.
func (s Snapshot) counts(format string) field {
	return newField(fmt.Sprintf(format, s.Pauses, s.Drains, s.Resumes), 0)
}
