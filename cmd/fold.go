package cmd

import (
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"bpcopy/internal/inert"
)

// say prints a message about the run, broken between words.
func (a *app) say(text string) {
	const prefix = "bpcopy: "
	fmt.Fprintln(a.messages, prefix+a.fold(a.Stderr, inert.Line(text), len(prefix)))
}

// fold returns text in lines that fit the terminal. The first line comes after
// indent columns of other text, and the others are indented by as much. If out
// is no terminal, text stays one line.
func (a *app) fold(out *os.File, text string, indent int) string {
	if !isTerminal(out) {
		return text
	}
	return strings.Join(wrap(text, a.columns()-indent-1), "\n"+strings.Repeat(" ", indent))
}

// wrap breaks text between words into lines of at most width characters. A word
// that is longer has a line of its own. If width is not positive, the text is
// one line.
func wrap(text string, width int) []string {
	var lines []string
	for width > 0 && utf8.RuneCountInString(text) > width {
		end := lastBreak(text, width)
		if end < 0 {
			break
		}
		lines = append(lines, text[:end])
		text = text[end+1:]
	}
	return append(lines, text)
}

// lastBreak returns the index of the last space with at most width characters
// before it. If there is none, it returns that of the first space, or -1.
func lastBreak(text string, width int) int {
	last, before := -1, 0
	for i, r := range text {
		if before > width && last >= 0 {
			break
		}
		if r == ' ' {
			last = i
		}
		before++
	}
	return last
}
