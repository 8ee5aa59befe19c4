package rows

import (
	"cmp"
	"slices"
)

// row is the line of one process.
type row struct {
	PID   int    // of the process
	Group int    // its process group
	In    string // the pipe that is its standard input, or ""
	Out   string // the pipe that is its standard output, or ""
	Line  string // text and colours that fit into one line; "" is no row
	Ended bool   // the line is the last one
}

// note is what a process prints when its row has ended.
type note struct {
	PID  int
	N    int    // counts the notes of the process: one that comes again is shown once
	Text string // whole lines, inert
}

// age orders processes by their start. Numbers start again when they are used
// up, so they count from that of the group, whose first process is the oldest.
func (r row) age() uint32 { return uint32(r.PID - r.Group) }

// sortRows brings rows into the order of their pipeline: a process comes after
// the one that writes into its standard input. What pipes do not tell, as with
// another program between two rows, the age does.
func sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.age(), b.age()) })
	for i := range rows {
		// The oldest one that nobody else writes to comes next. In a circle it is
		// just the oldest one.
		rest := rows[i:]
		next := max(0, slices.IndexFunc(rest, func(r row) bool { return !fed(r, rest) }))
		first := rest[next]
		copy(rest[1:next+1], rest[:next])
		rest[0] = first
	}
}

// fed reports whether one of the others writes into the standard input of r.
func fed(r row, others []row) bool {
	return r.In != "" && slices.ContainsFunc(others, func(o row) bool { return o.PID != r.PID && o.Out == r.In })
}
