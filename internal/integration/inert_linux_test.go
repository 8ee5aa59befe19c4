package integration

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// evil is what must not reach a terminal: an escape, a line end, a C1 control, a
// byte that is no UTF-8, a change of direction and a line separator.
const evil = "e\x1b[31m\nbpcopy: error: forged\t\u009b31m\x9b\u202e\u2066\u2028\x7fz"

// TestInert: whatever comes from outside is shown and does nothing.
func TestInert(t *testing.T) {
	const jsonEvil = `e\u001b[31m\nbpcopy: error: forged\t\u009b31m\u202e\u2066\u2028\u007fz`
	files := map[string]string{
		"src":    "data",
		"script": evil,
		"fields": `{"chunks":[],"` + jsonEvil + `":1}`,
		"words":  `{"chunks":[],"via":"` + jsonEvil + `"}`,
		"expect": `{"chunks":[],"expect":["` + jsonEvil + ` = 1"]}`,
		"shown": `{"chunks":[{"size":1}],"name":"` + jsonEvil + `","description":"` + jsonEvil + `\n` + jsonEvil + `",` +
			`"sink":[{"error":"` + jsonEvil + `"}],"expect":["pauses = 0"]}`,
	}
	tests := [][]string{
		{"--" + evil, "src", "dst"}, {"-" + evil, "src", "dst"}, {"--rate", evil, "src", "dst"}, {"--rate=" + evil, "src", "dst"},
		{"--progress", evil, "src", "dst"}, {"--name", evil, "--progress=plain", "-i1ms", "--rate=1000", "src", "dst"},
		{"--name", evil, "--progress=bar", "-i1ms", "src", "dst"},
		{evil}, {evil, "dst"}, {"src", evil + "/dst"}, {"unix://" + evil, "dst"}, {"tcp://" + evil, "dst"}, {"tcp://" + evil + ":1", "dst"},
		{"--accept-timeout=1ms", "unix-listen://" + evil, "dst"}, {"--json", evil + "/x", "src", "dst"}, {"--events", evil + "/x", "src", "dst"},
		{"--consumer", evil, "src", "dst"}, {"--consumer", "@" + evil, "src", "dst"}, {"--producer", "@script", "src", "dst"},
		{"--expect", evil, "src", "dst"}, {"--expect", "source.name = '" + evil + "'", "src", "dst"},
		{"--json=-", "-q", "src", evil}, {"--json=-", "-q", evil, "dst"},
		{"simulate", evil}, {"simulate", "fields"}, {"simulate", "words"}, {"simulate", "shown"}, {"simulate", "--summary", "shown"},
		{"simulate", "--" + evil}, {"demo", evil}, {"demo", "--export", evil}, {"demo", "--virtual", "shown"}, {"demo", "expect"},
		{"demo", "--virtual", "--json=-", "shown"}, {"demo", "shown", "--json", evil + "/x"},
		{"help", evil}, {"version", evil}, {"completion", evil}, {"completion", "bash", evil}, {"__complete", "--consumer", "1" + evil + "+"},
	}
	for _, args := range tests {
		p := bpcopy(t, args...)
		p.Dir = folder(t, files)
		var stdout bytes.Buffer
		p.Stdout = &stdout
		p.end()
		wantInert(t, args, stdout.String())
		wantInert(t, args, p.stderr.String())
		if strings.Contains(p.stderr.String()+stdout.String(), "\nbpcopy: error: forged") {
			t.Errorf("%q: a line is forged:\n%s", args, p.stderr.String())
		}
	}
}

// wantInert wants no control characters but those of lines and of the bar.
func wantInert(t *testing.T, args []string, text string) {
	t.Helper()
	for _, own := range []string{"\x1b[?7l", "\x1b[?7h", "\x1b[K", "\x1b[J", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[m", "\r"} {
		text = strings.ReplaceAll(text, own, "")
	}
	if !utf8.ValidString(text) {
		t.Errorf("%q: not UTF-8: %q", args, text)
	}
	if i := strings.IndexFunc(text, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0 || strings.ContainsRune("\u202e\u2066\u2028", r)
	}); i >= 0 {
		t.Errorf("%q: %q; want nothing that does something", args, text)
	}
}

// TestLongInput: what is wrong is quoted, and not at length.
func TestLongInput(t *testing.T) {
	long := strings.Repeat("ab", 50_000)
	dir := folder(t, map[string]string{"src": "data", "script": long, "scenario": `{"chunks":[],"via":"` + long + `"}`})
	tests := [][]string{
		{"--consumer", long, "src", "dst"}, {"--producer", "@script", "src", "dst"}, {"--consumer", "1:" + long, "src", "dst"},
		{"--consumer", "slice 1" + long, "src", "dst"}, {"--expect", long, "src", "dst"}, {"--expect", "pauses = " + long, "src", "dst"},
		{"--rate", long, "src", "dst"}, {"--rate", "1" + long, "src", "dst"}, {"-H", strings.Repeat("1", 100_000), "src", "dst"},
		{"--progress", long, "src", "dst"}, {"--" + long, "src", "dst"}, {"--idle-timeout", long, "src", "dst"},
		{"simulate", "scenario"}, {"demo", "--export", long}, {"help", long}, {"tcp://" + long, "dst"}, {"version", long},
	}
	for _, args := range tests {
		p := bpcopy(t, args...)
		p.Dir = dir
		code := p.end()
		text := p.stderr.String()
		if code != 2 || len(text) > 3000 || !strings.Contains(text, "…") || strings.Contains(text, strings.Repeat("ab", 101)) {
			t.Errorf("%q: status %d and %d bytes:\n%.500s", args[0], code, len(text), text)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "dst")); err == nil {
		t.Error("dst is there")
	}
}
