package progress

import (
	"strings"

	"github.com/schollz/progressbar/v3"
)

// drawBar returns the percentage and the bar as progressbar draws them in front
// of fields: " 45% |████▌    |". The bar has width cells between its edges.
//
// The bar writes to memory, so that it can neither block nor sync a file. It
// draws several times there, and the last drawing counts. Describe is called
// because Set64 alone draws no bar that is empty or full. Finish is never
// called: it would show 100 % whatever was done.
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
	// progressbar puts two spaces in front of fields, for statistics that are
	// off here, and one in front of the percentage.
	return strings.TrimPrefix(strings.TrimSuffix(drawn, "  "+fields+" "), " ")
}

// theme returns the characters of a bar with a front: a cell that moves over
// width others. progressbar draws no front in an empty bar and in a full one.
// There the edges supply that cell, or the bar would be one cell too short.
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
