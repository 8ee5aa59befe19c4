package cmd

import (
	"errors"
	"strings"
)

var (
	errOpenQuote     = errors.New("a quote is not closed")
	errLastBackslash = errors.New("nothing follows the last backslash")
)

// splitWords splits a text into words, as a shell does with what needs no
// variable, no pattern and no command:
//
//   - Spaces, tabs and newlines separate words.
//   - Between single quotes, everything stands for itself.
//   - Between double quotes, everything does but a backslash before a double
//     quote or a backslash, which it makes stand for itself.
//   - Elsewhere a backslash makes the next character stand for itself.
//
// Parts that touch are one word, and quotes with nothing between them are an
// empty one.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	began := false // word has begun, though it may be empty yet
	var quote rune // the one that is open, or 0
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				word.WriteByte('\\')
			}
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			began, escaped = true, true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			began, quote = true, r
		case quote == 0 && strings.ContainsRune(" \t\n", r):
			if began {
				words = append(words, word.String())
			}
			word.Reset()
			began = false
		default:
			word.WriteRune(r)
			began = true
		}
	}
	switch {
	case escaped:
		return nil, errLastBackslash
	case quote != 0:
		return nil, errOpenQuote
	case began:
		words = append(words, word.String())
	}
	return words, nil
}
