// Package inert makes text harmless to show. Names of files, hosts and flags and
// whatever else comes from outside may hold escape sequences, line ends and
// characters that turn the direction of writing. Shown as they are, they would
// steer the terminal or forge a line of ours.
//
// What is replaced is shown as \u and four digits, which means the same in JSON,
// and a byte that is no UTF-8 as \x and two digits.
package inert

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Line returns s as a part of one line: line ends and tabs are replaced, too.
func Line(s string) string { return string(replace([]byte(s), false)) }

// Text returns text with its line ends and tabs, and all else replaced. Where
// nothing is, it returns text itself.
func Text(text []byte) []byte { return replace(text, true) }

func replace(text []byte, layout bool) []byte {
	harmless := func(b byte) bool {
		return ' ' <= b && b <= '~' || layout && (b == '\n' || b == '\t')
	}
	var out []byte
	done := 0 // how much of text is in out
	for i := 0; i < len(text); {
		if harmless(text[i]) {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if broken := r == utf8.RuneError && size == 1; broken || active(r) {
			out = append(out, text[done:i]...)
			if broken {
				out = fmt.Appendf(out, `\x%02x`, text[i])
			} else {
				out = fmt.Appendf(out, `\u%04x`, r)
			}
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return text
	}
	return append(out, text[done:]...)
}

// active is true for characters that do something other than to show.
func active(r rune) bool {
	switch {
	case r < ' ', 0x7f <= r && r <= 0x9f: // C0, DEL and C1
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, 0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069: // direction
		return true
	}
	return r == 0x2028 || r == 0x2029 // line and paragraph separators
}

// Whole returns how much of text can be shown now: all but the beginning of a
// character that the next bytes may complete.
func Whole(text []byte) int {
	for n := len(text) - 1; n >= max(0, len(text)-utf8.UTFMax+1); n-- {
		if utf8.RuneStart(text[n]) {
			if utf8.FullRune(text[n:]) {
				break
			}
			return n
		}
	}
	return len(text)
}

// mostQuoted is how many characters of a word or a quotation are shown.
const mostQuoted = 200

// Brief returns a message in which no word and nothing in quotation marks has
// more than 200 characters: an ellipsis stands for the rest.
func Brief(message string) string {
	if len(message) <= mostQuoted {
		return message
	}
	var out strings.Builder
	for message != "" {
		n := pieceLength(message)
		piece := message[:n]
		message = message[n:]
		if utf8.RuneCountInString(piece) <= mostQuoted+len(`""`) {
			out.WriteString(piece)
			continue
		}
		out.WriteString(cut(piece))
	}
	return out.String()
}

// pieceLength is how much of message is a quotation, with its marks, or a word,
// with the spaces before it.
func pieceLength(message string) int {
	if message[0] == '"' {
		for i := 1; i < len(message); i++ {
			switch message[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return len(message)
	}
	spaces := len(message) - len(strings.TrimLeft(message, " "))
	end := strings.IndexAny(message[spaces:], ` "`)
	if end < 0 {
		return len(message)
	}
	return max(spaces+end, 1)
}

// cut shortens a piece. An escape that it would divide is left out.
func cut(piece string) string {
	runes := []rune(piece)
	kept := mostQuoted
	if runes[0] == '"' {
		kept++
	}
	text := []byte(string(runes[:kept]))
	if i := bytes.LastIndexByte(text, '\\'); i > len(text)-len(`\U0010ffff`) && !bytes.HasSuffix(text[:i], []byte(`\`)) {
		text = text[:i]
	}
	if runes[0] == '"' {
		return string(text) + `…"`
	}
	return string(text) + "…"
}
