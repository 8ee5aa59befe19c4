package stage

import (
	"slices"
	"strings"
	"testing"
)

func TestLabel(t *testing.T) {
	for command, want := range map[string]string{
		"gzip -1":                     "gzip",
		"  /usr/bin/sort -n":          "sort",
		"LC_ALL=C A=/b/c sort -u":     "sort",
		"(cat; echo)":                 "cat",
		"{ cat; }":                    "cat",
		"cat; echo":                   "cat",
		"A=1":                         "A=1",
		strings.Repeat("é", 20):       strings.Repeat("é", 16),
		"x" + strings.Repeat("é", 20): "x" + strings.Repeat("é", 15),
	} {
		if got := Label(command); got != want {
			t.Errorf("Label(%q) = %q; want %q", command, got, want)
		}
	}
}

// TestMessages: a line is a message, a long one is told in pieces, and the last one
// needs no end.
func TestMessages(t *testing.T) {
	long := strings.Repeat("x", mostMessage)
	var got []string
	hear(strings.NewReader("one\n\ntwo\r\n"+long+"y\nlast"), func(message string) { got = append(got, message) })
	if want := []string{"one", "two", long, "y", "last"}; !slices.Equal(got, want) {
		t.Errorf("hear told %q; want %q", got, want)
	}
}
