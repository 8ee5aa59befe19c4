package progress

import "slices"

// The widths of fields that have the same one in every layout, in cells.
const (
	nameCells    = 8
	percentCells = len("100%")
	amountCells  = len("0.98 MiB/0.98 MiB")
	rateCells    = len("999.9 MiB/s")
	clockCells   = len("10h02m")
	waitedCells  = len("dst 100%")
	// stallCells is room for all that is said of a stall.
	stallCells = len("stalled 59.9s dst 2 (script)")
)

// layout says which fields a line has, and how wide they are. It depends on the
// width of the terminal and on what does not change during a copy. So every
// field has its place from the first frame to the last.
//
// A field is missing if its width is 0. With everything the line is:
//
//	name percent |bar| amounts  rate clock  counts  gauge buffer  waited
type layout struct {
	name    int // cells
	percent bool
	bar     int // cells between its edges
	amounts bool
	rate    bool
	clock   bool
	slack   int // cells of the rate and the clock beyond what they need
	counts  bool
	words   bool // the counts in words, and two spaces between fields
	gauge   int  // cells
	buffer  int  // cells
	waited  bool
}

// progress returns the width of the fields that tell how much is done. Where the
// size is not known, other fields take their place.
func (l layout) progress() int {
	return joined(1, when(l.percent, percentCells), edged(l.bar), when(l.amounts, amountCells))
}

// speed returns the width of rate and clock. A stall or a failure takes their
// place.
func (l layout) speed() int {
	return l.slack + joined(1, when(l.rate, rateCells), when(l.clock, clockCells))
}

// fill returns the width of the gauge and the buffered bytes.
func (l layout) fill() int { return joined(1, l.gauge, l.buffer) }

// separator returns how many spaces are between fields.
func (l layout) separator() int {
	if l.words {
		return 2
	}
	return 1
}

// cells returns the width of the line.
func (l layout) cells() int {
	rest := joined(l.separator(), l.progress(), l.speed(), when(l.counts, countsCells(l.words)), l.fill(), when(l.waited, waitedCells))
	return joined(1, l.name, rest)
}

// joined returns the width of fields with separators between those that exist.
func joined(separator int, widths ...int) int {
	sum, fields := 0, 0
	for _, width := range widths {
		if width > 0 {
			sum += width
			fields++
		}
	}
	return sum + separator*max(fields-1, 0)
}

// when returns the width of a field that is there on a condition.
func when(there bool, width int) int {
	if there {
		return width
	}
	return 0
}

// edged returns the width of a bar with its edges.
func edged(bar int) int { return when(bar > 0, bar+len("||")) }

// fit returns the layout that shows most of a copy in room cells. It goes
// through the wishes in their order and grants each that still fits. The cells
// that are left lengthen the bar, or what a stall may say. The bar takes pairs of
// them: so a line of 80 columns is the one of the documentation.
func fit(s Snapshot, room int) layout {
	var l layout
	for _, wish := range wishes(s, room) {
		richer := l
		wish(&richer)
		if richer.cells() <= room {
			l = richer
		}
	}
	left := room - l.cells()
	switch {
	case l.bar > 0:
		l.bar = min(l.bar+left/2*2, maxBar)
	case l.clock || l.rate:
		l.slack = min(left, stallCells-l.speed())
	}
	return l
}

// wishes returns what a line should show, most wanted first. In a narrow
// terminal the first wishes are the last to go. They are the ones that other
// programs do not show: the counts and who is waited for.
//
// With BufferFirst, the buffered bytes come early, and the bar before rate and
// time.
func wishes(s Snapshot, room int) []func(*layout) {
	name := cells(sanitize(s.Name, s.UTF8))
	named := func(width int) func(*layout) {
		return func(l *layout) { l.name = when(name > 0, max(width, l.name)) }
	}
	bar := func(l *layout) {
		if l.rate || s.BufferFirst {
			l.bar = minBar
		}
	}
	buffer := func(l *layout) { l.buffer = when(s.HighWaterMark > 0, s.bufferCells()) }
	rate := func(l *layout) { l.rate = true }
	clock := func(l *layout) { l.clock = true }

	list := []func(*layout){
		func(l *layout) { l.counts = true },
		func(l *layout) { l.waited = true },
		func(l *layout) { l.percent = true },
		func(l *layout) { l.gauge = 1 },
	}
	if s.BufferFirst {
		list = append(list, buffer, bar, rate, clock, named(nameCells))
	} else {
		list = append(list, named(nameCells), clock, rate, bar)
	}
	return slices.Concat(list, []func(*layout){
		func(l *layout) { l.words = l.counts },
		func(l *layout) { l.amounts = l.bar > 0 },
		func(l *layout) {
			buffer(l)
			l.gauge = longGauge + len("[]")
		},
		func(l *layout) {
			if l.gauge > 1 {
				l.slack = max(stallCells-l.speed(), 0)
			}
		},
		func(l *layout) {
			if l.words { // else a stall needs the room more
				named(min(name, max(16, room/3)))(l)
			}
		},
	})
}
