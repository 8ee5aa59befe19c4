package cmd

import (
	"errors"
	"slices"
	"testing"
)

func TestSplitWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
		err  error
	}{
		{"", nil, nil},
		{" \t\n ", nil, nil},
		{"-q", []string{"-q"}, nil},
		{"  --rate 1M\t-q\n", []string{"--rate", "1M", "-q"}, nil},
		{`--name 'my copy'`, []string{"--name", "my copy"}, nil},
		{`--name="my copy"`, []string{"--name=my copy"}, nil},
		{`my\ copy`, []string{"my copy"}, nil},
		{`'a'"b"c\d`, []string{"abcd"}, nil},
		{`'' ""`, []string{"", ""}, nil},
		{`a '' b`, []string{"a", "", "b"}, nil},
		{`'a\b"c'`, []string{`a\b"c`}, nil},
		{`"a'b"`, []string{"a'b"}, nil},
		{`"a\"b\\c\d"`, []string{`a"b\c\d`}, nil},
		{`\'\"\\`, []string{`'"\`}, nil},
		{`$HOME *.img ~ #x a;b`, []string{"$HOME", "*.img", "~", "#x", "a;b"}, nil},
		{"ä\u00a0ö", []string{"ä\u00a0ö"}, nil},
		{"'a\nb'", []string{"a\nb"}, nil},
		{`'open`, nil, errOpenQuote},
		{`"open\"`, nil, errOpenQuote},
		{`it's`, nil, errOpenQuote},
		{`a\`, nil, errLastBackslash},
		{`"a\`, nil, errLastBackslash},
	} {
		got, err := splitWords(tt.text)
		if !slices.Equal(got, tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("splitWords(%q) = %q, %v; want %q, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}
