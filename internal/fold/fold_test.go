package fold

import (
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"", 5, ""},
		{"one two", 7, "one two"},
		{"one two", 6, "one|two"},
		{"one two three", 7, "one two|three"},
		{"incomprehensibilities are long", 5, "incomprehensibilities|are|long"},
		{"long", 3, "long"},
		{"one two", 0, "one two"},
		{"one two", -9, "one two"},
		{"größe über", 6, "größe|über"},
		{"ääää über", 6, "ääää|über"},
		{"ä ö ü", 3, "ä ö|ü"},
	}
	for _, tt := range tests {
		if got := strings.Join(Lines(tt.text, tt.width), "|"); got != tt.want {
			t.Errorf("Lines(%q, %d) = %q; want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
