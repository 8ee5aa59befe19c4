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

// field is a text with the cells kept for it. Where a text comes and goes in
// length, room is what it may come to: the bar must not breathe with it.
type field struct {
	text   string
	room   int
	colour string // number of an SGR escape, or empty
}

func newField(text string, room int) field {
	return field{text: text, room: max(room, cells(text))}
}

// in returns f in colour.
func (f field) in(colour string) field {
	f.colour = colour
	return f
}

// layout is what one line is made of; an empty field is not shown. All of it:
//
//	name percent |bar| amount  speed  clock  counts  buffered
type layout struct {
	name    string
	percent bool
	bar     int // cells between its edges
	amount  field
	speed   field // the rate, or the state that takes its place
	clock   field // time to go, or since the start
	counts  field
	buffer  field
}

// fields returns what follows the bar.
func (l layout) fields() []field {
	var shown []field
	for _, f := range []field{l.amount, l.speed, l.clock, l.counts, l.buffer} {
		if f.text != "" {
			shown = append(shown, f)
		}
	}
	return shown
}

// cells returns how many cells the line may come to.
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

// fit returns the best layout of s for room cells. It goes down the list of
// wishes and grants each that still fits, so the first are the last to go: what
// nobody else shows (stalls, counts) comes before what everybody does.
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

// wishes lists what a line should show, most wanted first:
//
//	a stall or failure in short, counts in short, percent (or bytes where there
//	is none), rate, the side that is stuck in full, a bar, time to go, a short
//	name, counts in words, a longer name, bytes, buffered, the whole name; and what
//	cells are left lengthen the bar. With BufferFirst, buffered comes before the bar.
func wishes(s Snapshot, room int) []func(*layout) {
	name := sanitize(s.Name, s.UTF8)
	named := func(most int) func(*layout) {
		return func(l *layout) { l.name = shorten(name, most, s.UTF8) }
	}
	share := func(l *layout) { l.percent = true }
	bar := func(l *layout) { l.bar = minBar }
	buffer := func(l *layout) { l.buffer = s.buffer() }
	amount := func(l *layout) { l.amount = s.amount() }
	if !s.sized() {
		share, bar = amount, func(*layout) {}
	}
	list := []func(*layout){
		func(l *layout) { l.speed = s.state(abbreviation(s.WaitingFor)) },
		func(l *layout) { l.counts = s.counts("p%d d%d r%d") },
		share,
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

// amount returns the bytes moved, of how many where that is known.
func (s Snapshot) amount() field {
	if !s.sized() {
		return newField(units.Size(s.Written).Human(), len("0.98 MiB"))
	}
	return pair("", s.Written, s.Size)
}

func (s Snapshot) buffer() field {
	if s.HighWaterMark <= 0 {
		return field{}
	}
	return pair("buffered ", s.Length, s.HighWaterMark)
}

// pair returns done of total with room for the widest that done may become.
func pair(label string, done, total int64) field {
	text := units.HumanPair(units.Size(done), units.Size(total))
	_, rest, _ := strings.Cut(text, "/")
	return newField(label+text, len(label+"0.05/"+rest))
}

// state returns what takes the place of the rate while nothing moves, or once
// nothing will; it is empty while all is well.
func (s Snapshot) state(side string) field {
	switch {
	case s.Outcome == Failed:
		return newField("failed", 0).in(red)
	case s.Outcome == Interrupted:
		return newField("interrupted", 0).in(yellow)
	case s.Outcome == Running && s.Stalled > 0:
		text := strings.TrimRight("stalled "+formatTenths(s.Stalled)+" "+side, " ")
		return newField(text, len("stalled 59.9s ")+len(side)).in(yellow)
	}
	return field{}
}

// speed returns the state in full or, while all is well, the rate; that of the
// whole copy once it has finished.
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

// clock returns the time to go or, where that has no meaning, the time taken.
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

// counts returns the counts in format, which has a verb for each.
func (s Snapshot) counts(format string) field {
	return newField(fmt.Sprintf(format, s.Pauses, s.Drains, s.Resumes), 0)
}
