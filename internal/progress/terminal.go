package progress

import (
	"io"
	"strings"

	"bpcopy/internal/rows"
)

const (
	noWrap    = "\x1b[?7l" // DECAWM off: a line that is too long is cut
	wrap      = "\x1b[?7h" // DECAWM on
	eraseLine = "\x1b[K"   // from the cursor to the end of the line
	eraseDown = "\x1b[J"   // the same, and all lines below
)

// terminal is the line in which frames are drawn. Each method writes once, so
// that no other program writes into a frame. Errors are ignored: there is
// nobody left to read of them.
//
// If there are other bpcopy on the terminal, the seat does all of that instead.
//
// Between writes the cursor is at the start of the line. A terminal that
// becomes narrower may break the line in two. The cursor is then still before
// both parts, and eraseDown removes them. A terminal that cuts the line instead
// has nothing to erase there.
type terminal struct {
	out  io.Writer
	ansi bool
	seat *rows.Seat // or nil
	// drawn is the width in cells of the line that is shown now; 0 if none is.
	drawn int
	// below is whether there are more lines below it.
	below bool
}

// draw replaces the line that is shown now by line, which fits in columns.
func (t *terminal) draw(line string, columns int) {
	if t.seat.Draw(line) {
		return
	}
	t.write(t.replace(line, columns) + "\r")
	// The escape sequences of colours count as cells here, so the sum may be
	// too large. No line uses the last cell.
	t.drawn = min(cells(line), columns-1)
}

// leave is draw for the last frame: whatever is shown next comes below it.
func (t *terminal) leave(line string, columns int) {
	if t.seat.Leave(line) {
		return
	}
	t.write(t.replace(line, columns) + "\n")
	t.drawn = 0
}

// print replaces the line that is shown now by text, which is whole lines.
func (t *terminal) print(text string, columns int) {
	if t.seat.Print(text) {
		return
	}
	if t.drawn > 0 {
		text = t.replace("", columns) + "\r" + text
	}
	t.write(text)
	t.drawn = 0
}

// replace returns what to write so that line takes the place of the line that
// is shown now.
func (t *terminal) replace(line string, columns int) string {
	if !t.ansi {
		pad := min(t.drawn, columns-1) - cells(line)
		return "\r" + line + strings.Repeat(" ", max(pad, 0))
	}
	start := "\r"
	if t.drawn > columns || t.below {
		start += eraseDown
	}
	t.below = false
	return start + noWrap + line + eraseLine + wrap
}

func (t *terminal) write(text string) {
	_, _ = io.WriteString(t.out, text)
}
