package rows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

const (
	noWrap    = "\x1b[?7l" // DECAWM off: a line that is too long is cut
	wrap      = "\x1b[?7h" // DECAWM on
	eraseLine = "\x1b[K"   // from the cursor to the end of the line
	eraseDown = "\x1b[J"   // the same, and all lines below

	defaultColumns = 80
	defaultLines   = 24
)

// board is what is shown: rows, and the notes below them. Between frames the
// cursor is at the start of the first row, as it is with one row: a terminal
// that becomes narrower breaks rows in two, and all of them are then still
// below the cursor. A frame never looks at what was there before: it erases all
// that is below it.
type board struct {
	Rows  []row // in the order of the pipeline; one for each process
	Notes []note
}

// put adds a row, or replaces the one of that process.
func (b *board) put(r row) {
	if i := b.index(r.PID); i >= 0 {
		b.Rows[i] = r
	} else if r.Line != "" {
		b.Rows = append(b.Rows, r)
	}
	sortRows(b.Rows)
}

// drop removes the row of a process that is gone, unless it is kept.
func (b *board) drop(pid int) {
	if i := b.index(pid); i >= 0 && !b.Rows[i].Ended {
		b.Rows = slices.Delete(b.Rows, i, i+1)
	}
}

func (b *board) index(pid int) int {
	return slices.IndexFunc(b.Rows, func(r row) bool { return r.PID == pid })
}

// add adds a note, unless it is there.
func (b *board) add(n note) {
	if !slices.ContainsFunc(b.Notes, func(o note) bool { return o.PID == n.PID && o.N == n.N }) {
		b.Notes = append(b.Notes, n)
	}
}

// kept returns what belongs to processes that have ended.
func (b *board) kept() board {
	k := board{Notes: slices.Clone(b.Notes)}
	for _, r := range b.Rows {
		if r.Ended {
			k.Rows = append(k.Rows, r)
		}
	}
	return k
}

// text returns the notes, in the order of their rows.
func (b *board) text() string {
	var text strings.Builder
	notes := slices.Clone(b.Notes)
	slices.SortStableFunc(notes, func(x, y note) int { return cmp.Compare(b.index(x.PID), b.index(y.PID)) })
	for _, n := range notes {
		text.WriteString(n.Text)
	}
	return text.String()
}

// spill takes off the board what has no room in so many lines, and returns it:
// the notes, and then the rows of processes that have ended, from the first
// one. The last line of the terminal is left to the cursor.
func (b *board) spill(columns, lines int) string {
	room := max(1, lines-1)
	if len(b.Rows)+len(fold(b.text(), columns)) <= room {
		return ""
	}
	var rows strings.Builder
	for len(b.Rows) > room {
		i := slices.IndexFunc(b.Rows, func(r row) bool { return r.Ended })
		if i < 0 {
			break
		}
		rows.WriteString(b.Rows[i].Line + "\n")
		b.Rows = slices.Delete(b.Rows, i, i+1)
	}
	notes := b.text()
	b.Notes = nil
	return rows.String() + notes
}

// frame returns what to write to show the board, with text above it, which is
// whole lines and stays there.
func (b *board) frame(above string, columns, lines int) string {
	above += b.spill(columns, lines)
	var frame strings.Builder
	frame.WriteString("\r")
	for line := range strings.Lines(above) {
		// A line that the terminal breaks goes on in the next one. Otherwise not
		// all is erased: from the top of the screen on, some terminals take that
		// for a reason to keep what they show.
		erase := eraseLine
		if len(fold(line, columns)) > 1 {
			erase = eraseDown
		}
		frame.WriteString(erase + strings.TrimSuffix(line, "\n") + "\r\n")
	}
	show := fold(b.text(), columns)
	for i := range b.Rows {
		show = slices.Insert(show, i, b.Rows[i].Line)
	}
	show = show[:min(len(show), max(1, lines-1))]
	frame.WriteString(noWrap + strings.Join(show, eraseLine+"\r\n") + eraseDown + wrap)
	if up := len(show) - 1; up > 0 {
		fmt.Fprintf(&frame, "\x1b[%dA", up)
	}
	return frame.String() + "\r"
}

// last returns what to write so that the board stays, and the cursor is on an
// empty line below it.
func (b *board) last(columns, lines int) string {
	notes := b.text()
	b.Notes = nil // in the frame they would be broken into lines
	frame := b.frame("", columns, lines)
	return frame + strings.Repeat("\n", min(len(b.Rows), max(1, lines-1))) + notes
}

// fold breaks text into lines of at most columns cells, wherever they end.
func fold(text string, columns int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", " ")
		start, width := 0, 0
		for i, r := range line {
			cells := uniseg.StringWidth(string(r))
			if width+cells > columns && i > start {
				lines = append(lines, line[start:i])
				start, width = i, 0
			}
			width += cells
		}
		lines = append(lines, line[start:])
	}
	return lines
}
