// Package fold breaks text into lines, for whatever is read in columns: messages
// on a terminal and the help.
//
// # Words
//
//   - width: how many characters a line has at most. They are counted as code
//     points: what is folded are sentences of ours.
package fold

import "unicode/utf8"

// Lines breaks text between words into lines of at most width characters. A
// word that is longer has a line of its own. If width is not positive, the text
// is one line.
func Lines(text string, width int) []string {
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
