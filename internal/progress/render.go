package progress

import (
	"fmt"
	"strings"
)

// Colours, as numbers of an SGR escape sequence.
const (
	red    = "31"
	yellow = "33"
)

// Render returns s as one line for a terminal of columns cells. It never uses
// the last cell, since terminals differ in where the cursor goes after it. A
// narrow terminal shows fewer fields, or none; [wishes] has the order.
func Render(s Snapshot, columns int) string {
	l := fit(s, max(columns-1, 0))
	var shown []string
	for _, f := range l.fields() {
		shown = append(shown, paint(f, s.Colour))
	}
	fields := strings.Join(shown, "  ")
	switch {
	case l.bar > 0:
		return join(l.name, " ", join(drawBar(s, l.bar, fields), " ", fields))
	case l.percent:
		return join(l.name, " ", join(fmt.Sprintf("%3d%%", s.percent()), "  ", fields))
	}
	return join(l.name, "  ", fields)
}

// paint returns the text of f, in its colour if colour is true.
func paint(f field, colour bool) string {
	if !colour || f.colour == "" {
		return f.text
	}
	return "\x1b[" + f.colour + "m" + f.text + "\x1b[m"
}

// join puts separator between a and b, unless one of them is empty.
func join(a, separator, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + separator + b
}
