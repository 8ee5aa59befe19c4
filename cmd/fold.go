package cmd

import (
	"os"
	"strings"
	"unicode/utf8"
)

// fold is text as it goes to out after so many columns of other text: on a terminal
// in as many lines as it takes, one below the other, elsewhere in one.
func (a *app) fold(out *os.File, text string, indent int) string {
	if !isTerminal(out) {
		return text
	}
	return strings.Join(wrap(text, a.columns()-indent-1), "\n"+strings.Repeat(" ", indent))
}

// wrap breaks text between words into lines of at most width characters, where
// the words allow it and there is room for any.
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

// lastBreak is the last space with no more than width characters before it, or the
// first of all, or -1.
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
