package inert

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"plain – größe 日本 🙂 \\x", "plain – größe 日本 🙂 \\x"},
		{"\x1b[31mred", `\u001b[31mred`},
		{"a\nb\tc\rd\x00", `a\u000ab\u0009c\u000dd\u0000`},
		{"\x7f\u0080\u009b31m", `\u007f\u0080\u009b31m`},
		{"\x9b31m\xff\xc3", `\x9b31m\xff\xc3`},
		{"a\u202eb\u2066c\u2069", `a\u202eb\u2066c\u2069`},
		{"a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"\ufffd", "\ufffd"}, // the character itself
		{"\xed\xa0\x80", `\xed\xa0\x80`},
	}
	for _, tt := range tests {
		if got := Line(tt.text); got != tt.want {
			t.Errorf("Line(%q) = %q; want %q", tt.text, got, tt.want)
		}
	}
	const lines = "a\tb\nc\x1b\n"
	if got, want := string(Text([]byte(lines))), "a\tb\nc\\u001b\n"; got != want {
		t.Errorf("Text(%q) = %q; want %q", lines, got, want)
	}
}

// However a text is divided, what can be shown of it at once holds whole
// characters.
func TestWhole(t *testing.T) {
	const text = "aé日🙂z"
	for i := range len(text) {
		n := Whole([]byte(text[:i]))
		if n > i || i-n >= utf8.UTFMax || !utf8.ValidString(text[:n]) {
			t.Errorf("Whole(%q) = %d", text[:i], n)
		}
	}
	for _, broken := range []string{"a\xff", "\x80\x80\x80\x80", "\xc3\x28"} {
		if got := Whole([]byte(broken)); got != len(broken) {
			t.Errorf("Whole(%q) = %d; want %d, as nothing can complete it", broken, got, len(broken))
		}
	}
}

func TestBrief(t *testing.T) {
	x := strings.Repeat("x", 200)
	y := strings.Repeat("日", 200)
	tests := []struct{ message, want string }{
		{"short", "short"},
		{`"` + x + `" is fine, ` + x, `"` + x + `" is fine, ` + x},
		{`value "` + x + `yy": bad`, `value "` + x + `…": bad`},
		{`value "` + y + `日日": bad`, `value "` + y + `…": bad`},
		{`a ` + x + x + ` b`, `a ` + x[:199] + `… b`}, // with the space before it
		{`"a b ` + x + `" c`, `"a b ` + x[:196] + `…" c`},
		{`"` + x[:198] + `\u001b\u001b"`, `"` + x[:198] + `…"`},
		{`"\"` + x + `" "` + x + `"`, `"\"` + x[:198] + `…" "` + x + `"`},
	}
	for _, tt := range tests {
		if got := Brief(tt.message); got != tt.want {
			t.Errorf("Brief(%q) =\n%q; want\n%q", tt.message, got, tt.want)
		}
	}
	huge := Brief(fmt.Sprintf("%q: %s", strings.Repeat("a b", 1<<20), strings.Repeat("c", 1<<20)))
	if n := utf8.RuneCountInString(huge); n > 420 {
		t.Errorf("Brief() of two huge texts has %d characters", n)
	}
}
