package progress

import (
	"fmt"
	"strings"
)

// drawLines is draw for several lines. Between writes the cursor is at the start
// of the first. Only that one is shown without escape sequences, and where other
// bpcopy are on the terminal: the seat erases what is below.
func (t *terminal) drawLines(lines []string, columns int) {
	if len(lines) == 1 || !t.ansi {
		t.draw(lines[0], columns)
		return
	}
	if t.seat.Draw(lines[0]) {
		t.drawn, t.below = 0, false
		return
	}
	t.write(t.replaceLines(lines, columns) + fmt.Sprintf("\x1b[%dA\r", len(lines)-1))
	t.drawn, t.below = columns-1, true
}

// leaveLines is leave for several lines.
func (t *terminal) leaveLines(lines []string, columns int) {
	if len(lines) == 1 || !t.ansi {
		t.leave(lines[0], columns)
		return
	}
	if t.seat.Leave(lines[0]) {
		return
	}
	t.write(t.replaceLines(lines, columns) + "\n")
	t.drawn, t.below = 0, false
}

// replaceLines is replace for several lines. Each is written over the old one,
// which flickers less than to erase them all before. A terminal that has become
// narrower may have broken the old ones.
func (t *terminal) replaceLines(lines []string, columns int) string {
	start := "\r"
	if t.drawn > columns {
		start += eraseDown
	}
	return start + noWrap + strings.Join(lines, eraseLine+"\r\n") + eraseLine + wrap
}
