package progress

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// sanitize returns name with a substitute for each character that is not safe
// to show: control characters (and so escape sequences and line ends),
// invisible characters, those that change the direction of writing, and invalid
// UTF-8. If utf8 is false, everything outside ASCII is replaced, too.
func sanitize(name string, utf8 bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < unicode.MaxASCII && unicode.IsPrint(r):
			return r
		case !utf8:
			return '?'
		case unicode.Is(unicode.Variation_Selector, r):
			return -1 // some terminals double the width of the character before it
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, name)
}

// cells returns how many cells s takes at most: the sum over its characters. A
// terminal that joins an emoji sequence leaves some of them free.
func cells(s string) int {
	width := 0
	for _, r := range s {
		width += uniseg.StringWidth(string(r))
	}
	return width
}

// shorten returns name in at most room cells. It cuts the middle: the start
// says which file it is, and the end (".img") of which kind. If there is no
// room for that, it returns "".
func shorten(name string, room int, utf8 bool) string {
	if cells(name) <= room {
		return name
	}
	ellipsis := "..."
	if utf8 {
		ellipsis = "…"
	}
	left := room - cells(ellipsis)
	if left < 2 {
		return ""
	}
	runes := []rune(name)
	head := fitting(runes, left/2)
	tail := fittingEnd(runes, left-left/2)
	return string(runes[:head]) + ellipsis + string(runes[tail:])
}

// fitting returns how many runes from the start fit in room cells.
func fitting(runes []rune, room int) int {
	for i, r := range runes {
		if room -= cells(string(r)); room < 0 {
			return i
		}
	}
	return len(runes)
}

// fittingEnd returns the index from which on the runes fit in room cells.
func fittingEnd(runes []rune, room int) int {
	for i := len(runes); i > 0; i-- {
		if room -= cells(string(runes[i-1])); room < 0 {
			return i
		}
	}
	return 0
}
