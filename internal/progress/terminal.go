package progress

import (
	"io"
	"strings"
)

const (
	noWrap    = "\x1b[?7l" // DECAWM off: what does not fit after all is cut
	wrap      = "\x1b[?7h"
	eraseLine = "\x1b[K" // from the cursor on
	eraseDown = "\x1b[J" // from the cursor on, with all lines below
)

// terminal is the line that the bar is drawn in, and what it shows now. Each
// call is one write, so that nothing gets between the parts of a frame; errors
// are ignored, since nobody is there to read of them.
//
// Between writes the cursor rests at the start of the line. When the terminal
// becomes narrower it may break the line in two; the cursor then still stands
// before all of it, and one escape erases the remains. Where the terminal cuts
// the line instead, that escape finds nothing to erase.
type terminal struct {
	out  io.Writer
	ansi bool
	// drawn is the width of the line now shown, in cells; 0 if there is none.
	drawn int
}

// draw shows line, which fits columns, in place of the one shown now.
func (t *terminal) draw(line string, columns int) {
	t.write(t.replace(line, columns) + "\r")
	// Colours are no cells, but no line fills the columns.
	t.drawn = min(cells(line), columns-1)
}

// leave shows line in place of the one shown now, for good: what is drawn next
// comes below it.
func (t *terminal) leave(line string, columns int) {
	t.write(t.replace(line, columns) + "\n")
	t.drawn = 0
}

// print shows text, whole lines, in place of the line shown now.
func (t *terminal) print(text string, columns int) {
	if t.drawn > 0 {
		text = t.replace("", columns) + "\r" + text
	}
	t.write(text)
	t.drawn = 0
}

// replace returns what to write to have line in place of the one shown now.
func (t *terminal) replace(line string, columns int) string {
	if !t.ansi {
		pad := min(t.drawn, columns-1) - cells(line)
		return "\r" + line + strings.Repeat(" ", max(pad, 0))
	}
	start := "\r"
	if t.drawn > columns {
		start += eraseDown
	}
	return start + noWrap + line + eraseLine + wrap
}

func (t *terminal) write(text string) {
	_, _ = io.WriteString(t.out, text)
}
