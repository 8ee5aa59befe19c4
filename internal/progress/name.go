package progress

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// sanitize returns name with all that is not safe to show replaced: control
// characters and with them escape sequences and line ends, invisible and
// direction-changing characters, invalid UTF-8, and without utf8 everything
// outside ASCII.
func sanitize(name string, utf8 bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < unicode.MaxASCII && unicode.IsPrint(r):
			return r
		case !utf8:
			return '?'
		case unicode.Is(unicode.Variation_Selector, r):
			return -1 // it may double the width of what it follows, or not
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

// cells returns how many terminal cells s takes. It adds up its characters:
// terminals that do not join an emoji sequence draw it that wide, and those that
// do only leave cells free.
func cells(s string) int {
	width := 0
	for _, r := range s {
		width += uniseg.StringWidth(string(r))
	}
	return width
}

// shorten returns name in at most room cells, cut in the middle: the start tells
// what it is and the end, of what kind.
func shorten(name string, room int, utf8 bool) string {
	if cells(name) <= room {
		return name
	}
	mark := "..."
	if utf8 {
		mark = "…"
	}
	left := room - cells(mark)
	if left < 2 {
		return ""
	}
	runes := []rune(name)
	head := fitting(runes, left/2)
	tail := fittingEnd(runes, left-left/2)
	return string(runes[:head]) + mark + string(runes[tail:])
}

// fitting returns how many of the first runes fit room cells.
func fitting(runes []rune, room int) int {
	for i, r := range runes {
		if room -= cells(string(r)); room < 0 {
			return i
		}
	}
	return len(runes)
}

// fittingEnd returns where the last runes begin that fit room cells.
func fittingEnd(runes []rune, room int) int {
	for i := len(runes); i > 0; i-- {
		if room -= cells(string(runes[i-1])); room < 0 {
			return i
		}
	}
	return 0
}
