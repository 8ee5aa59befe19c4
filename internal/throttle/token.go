package throttle

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A token is a word of a script or one of the marks "+", ";" and "\n". The text
// of the last token is empty: it stands for the end.
type token struct {
	text         string
	line, column int // from 1, in characters
}

// separates reports whether a step ends before t.
func (t token) separates() bool { return t.text == ";" || t.text == "\n" || t.text == "" }

// String returns t as messages name it.
func (t token) String() string {
	switch t.text {
	case "":
		return "the end of the script"
	case "\n":
		return "the end of the line"
	}
	return fmt.Sprintf("%q", t.text)
}

// tokens cuts text into tokens, without comments. The last token is the end.
func tokens(text string) []token {
	var list []token
	line, column := 1, 1
	for {
		blank := len(text) - len(strings.TrimLeft(text, " \t\r"))
		if text[blank:] != "" && text[blank] == '#' {
			blank = end(text, "\n")
		}
		column += utf8.RuneCountInString(text[:blank])
		if text = text[blank:]; text == "" {
			return append(list, token{"", line, column})
		}
		size := 1
		if !strings.ContainsRune(marks, rune(text[0])) {
			size = end(text, marks+" \t\r#")
		}
		list = append(list, token{text[:size], line, column})
		column += utf8.RuneCountInString(text[:size])
		if text[0] == '\n' {
			line, column = line+1, 1
		}
		text = text[size:]
	}
}

// marks are the characters that are tokens wherever they stand.
const marks = "+;\n"

// end returns the index of the first of chars in text, or the length of text.
func end(text, chars string) int {
	if i := strings.IndexAny(text, chars); i >= 0 {
		return i
	}
	return len(text)
}
