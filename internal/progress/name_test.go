package progress

import "testing"

func TestSanitize(t *testing.T) {
	tests := []struct {
		name, utf8, ascii string
	}{
		{"", "", ""},
		{"disk.img", "disk.img", "disk.img"},
		{"my data[red].bin", "my data[red].bin", "my data[red].bin"},
		{"100%|done\\n", "100%|done\\n", "100%|done\\n"},
		{"größe.txt", "größe.txt", "gr??e.txt"},
		{"日本語", "日本語", "???"},
		{"a\x1b[2Jb", "a\uFFFD[2Jb", "a?[2Jb"},
		{"a\x1b]0;title\x07b", "a\uFFFD]0;title\uFFFDb", "a?]0;title?b"},
		{"a\r\nbpcopy: error: b", "a\uFFFD\uFFFDbpcopy: error: b", "a??bpcopy: error: b"},
		{"a\tb\x00\x7f", "a\uFFFDb\uFFFD\uFFFD", "a?b??"},
		{"a\u009b31mb", "a\uFFFD31mb", "a?31mb"},          // CSI in one character
		{"a\u202Egpj.exe", "a\uFFFDgpj.exe", "a?gpj.exe"}, // right to left
		{"a\u200Bb\u00ADc", "a\uFFFDb\uFFFDc", "a?b?c"},   // invisible
		{"a\u2028b\u00A0c", "a\uFFFDb\uFFFDc", "a?b?c"},   // line end, unusual space
		{"a\xff\xc3", "a\uFFFD\uFFFD", "a??"},             // invalid
		{"\u2601\uFE0F", "\u2601", "??"},                  // width in doubt
		{"e\u0301", "e\u0301", "e?"},                      // combining
	}
	for _, tt := range tests {
		if got := sanitize(tt.name, true); got != tt.utf8 {
			t.Errorf("sanitize(%q, utf8) = %q; want %q", tt.name, got, tt.utf8)
		}
		if got := sanitize(tt.name, false); got != tt.ascii {
			t.Errorf("sanitize(%q, ascii) = %q; want %q", tt.name, got, tt.ascii)
		}
	}
}

func TestShorten(t *testing.T) {
	tests := []struct {
		name  string
		room  int
		utf8  bool
		want  string
		cells int
	}{
		{"disk.img", 8, true, "disk.img", 8},
		{"disk.img", 7, true, "dis…img", 7},
		{"disk.img", 7, false, "di...mg", 7},
		{"disk.img", 3, true, "d…g", 3},
		{"disk.img", 2, true, "", 0},
		{"disk.img", 5, false, "d...g", 5},
		{"disk.img", 4, false, "", 0},
		{"disk.img", 0, true, "", 0},
		{"disk.img", -1, true, "", 0},
		{"ubuntu-24.04-desktop-amd64.iso", 16, true, "ubuntu-…md64.iso", 16},
		{"ubuntu-24.04-desktop-amd64.iso", 16, false, "ubuntu...d64.iso", 16},
		{"日本語のファイル.txt", 12, true, "日本…ル.txt", 11},
		{"日本語", 3, true, "…", 1},
		{"cafe\u0301-cafe\u0301", 9, true, "cafe\u0301-cafe\u0301", 9},
	}
	for _, tt := range tests {
		got := shorten(tt.name, tt.room, tt.utf8)
		if got != tt.want || cells(got) != tt.cells {
			t.Errorf("shorten(%q, %d, utf8 %t) = %q of %d cells; want %q of %d",
				tt.name, tt.room, tt.utf8, got, cells(got), tt.want, tt.cells)
		}
	}
}
