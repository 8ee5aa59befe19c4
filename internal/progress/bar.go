package progress

import (
	"strings"

	"github.com/schollz/progressbar/v3"
)

// drawBar returns percent and bar, width cells between its edges, as progressbar
// draws them before fields: " 45% |████▌    |".
//
// The bar writes to memory, so that it can neither block nor sync a file. Of the
// frames that it draws there, the last holds; Describe draws even a bar that is
// full, or not begun, which Set64 does not. Finish is never called: done is the
// truth.
func drawBar(s Snapshot, width int, fields string) string {
	done, total := s.progress()
	var frames strings.Builder
	bar := progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(&frames),
		progressbar.OptionSetWidth(width-1),
		progressbar.OptionSetTheme(theme(s, width-1)),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionShowDescriptionAtLineEnd())
	_ = bar.Set64(done) // fails only past the total
	bar.Describe(fields)

	drawn := frames.String()
	drawn = drawn[strings.LastIndexByte(drawn, '\r')+1:]
	// It leaves room for its own statistics, which are off, before fields, and
	// for a hundred times 100 % before the percentage.
	return strings.TrimPrefix(strings.TrimSuffix(drawn, "  "+fields+" "), " ")
}

// theme returns the looks of a bar whose front is a cell of its own, moving over
// width others. progressbar draws no front before the first filled cell nor in a
// full bar; there the edges supply the cell, or the bar would be one too short.
func theme(s Snapshot, width int) progressbar.Theme {
	t, front := progressbar.ThemeASCII, ">"
	if s.UTF8 {
		t, front = progressbar.ThemeDefault, "▌"
	}
	t.SaucerHead = t.Saucer + front
	percent := s.percent()
	switch {
	case percent == 0:
		t.BarStart += t.SaucerPadding
	case percent == 100:
		t.BarEnd = t.Saucer + t.BarEnd
	case percent*width < 100:
		t.BarStart += front
	}
	return t
}
