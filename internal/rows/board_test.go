package rows

import (
	"slices"
	"testing"
)

func TestFrame(t *testing.T) {
	tests := map[string]struct {
		board board
		above string
		lines int
		want  string
		last  string
	}{
		"nothing": {want: "\r\x1b[?7l\x1b[J\x1b[?7h\r", last: "\r\x1b[?7l\x1b[J\x1b[?7h\r"},
		"one row": {
			board: board{Rows: []row{{PID: 1, Line: "a"}}}, above: "x\n",
			want: "\r\x1b[Kx\r\n\x1b[?7la\x1b[J\x1b[?7h\r",
			last: "\r\x1b[?7la\x1b[J\x1b[?7h\r\n",
		},
		"a line that is broken": {
			board: board{Rows: []row{{PID: 1, Line: "a"}}}, above: "more than fits\n0123456789\n",
			want: "\r\x1b[Jmore than fits\r\n\x1b[K0123456789\r\n\x1b[?7la\x1b[J\x1b[?7h\r",
			last: "\r\x1b[?7la\x1b[J\x1b[?7h\r\n",
		},
		"rows and notes": {
			board: board{
				Rows:  []row{{PID: 1, Line: "a"}, {PID: 2, Line: "b", Ended: true}},
				Notes: []note{{2, 1, "two says\n"}, {1, 1, "one says more than fits\n"}, {2, 2, "again\n"}},
			},
			want: "\r\x1b[?7la\x1b[K\r\nb\x1b[K\r\none says m\x1b[K\r\nore than f\x1b[K\r\nits\x1b[K\r\ntwo says\x1b[K\r\nagain\x1b[J\x1b[?7h\x1b[6A\r",
			last: "\r\x1b[?7la\x1b[K\r\nb\x1b[J\x1b[?7h\x1b[1A\r\n\none says more than fits\ntwo says\nagain\n",
		},
		"too many notes": {
			board: board{Rows: []row{{PID: 1, Line: "a"}, {PID: 2, Line: "b"}}, Notes: []note{{PID: 3, N: 1, Text: "c\nd\n"}}}, lines: 4,
			want: "\r\x1b[Kc\r\n\x1b[Kd\r\n\x1b[?7la\x1b[K\r\nb\x1b[J\x1b[?7h\x1b[1A\r",
			last: "\r\x1b[?7la\x1b[K\r\nb\x1b[J\x1b[?7h\x1b[1A\r\n\nc\nd\n",
		},
		"too many rows": {
			board: board{Rows: []row{{PID: 1, Line: "a"}, {PID: 2, Line: "b", Ended: true}, {PID: 3, Line: "c"}, {PID: 4, Line: "d"}}}, lines: 3,
			want: "\r\x1b[Kb\r\n\x1b[?7la\x1b[K\r\nc\x1b[J\x1b[?7h\x1b[1A\r",
			last: "\r\x1b[Kb\r\n\x1b[?7la\x1b[K\r\nc\x1b[J\x1b[?7h\x1b[1A\r\n\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.lines == 0 {
				test.lines = defaultLines
			}
			board := board{Rows: slices.Clone(test.board.Rows), Notes: slices.Clone(test.board.Notes)}
			if got := board.frame(test.above, 10, test.lines); got != test.want {
				t.Errorf("frame(%q, 10, %d) =\n%q; want\n%q", test.above, test.lines, got, test.want)
			}
			if got := test.board.last(10, test.lines); got != test.last {
				t.Errorf("last(10, %d) =\n%q; want\n%q", test.lines, got, test.last)
			}
		})
	}
}

func TestBoard(t *testing.T) {
	var b board
	b.put(row{PID: 2, Line: "b"})
	b.put(row{PID: 1, Line: "a"})
	b.put(row{PID: 3}) // has none yet
	b.put(row{PID: 1, Line: "A", Ended: true})
	b.drop(1) // is kept
	b.drop(2)
	b.drop(3)
	b.add(note{1, 1, "x\n"})
	b.add(note{1, 1, "x\n"}) // comes again
	b.add(note{1, 2, "x\n"})
	if len(b.Rows) != 1 || b.Rows[0].Line != "A" || b.text() != "x\nx\n" {
		t.Errorf("the board is %+v", b)
	}
}

func TestFold(t *testing.T) {
	got := fold("abcdefg\n\n世界世界\na\tb\nno end", 5)
	want := []string{"abcde", "fg", "", "世界", "世界", "a b", "no en", "d"}
	if !slices.Equal(got, want) {
		t.Errorf("fold = %q; want %q", got, want)
	}
}
