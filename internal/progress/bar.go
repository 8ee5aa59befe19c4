package progress

import (
	"strings"

	"github.com/schollz/progressbar/v3"
)

// The bar's width without its edges, in cells.
const (
	minBar = 8
	maxBar = 40
)

// drawBar returns a bar of width cells between its edges, of which a share is
// done: "|███▌    |".
//
// progressbar draws it. That is worth a module because the bar is the one part
// of the line that people know from other programs, and must look the same: its
// characters and edges are the themes of that module. Nothing else of it would
// be right for a copy that stalls, so it gets nothing that it could be wrong
// about: no clock, no bytes and no writer but memory. Its percentage counts
// cells here, and is cut off. It has no eighths: the cell at the tip is put into
// its theme.
func drawBar(share float64, width int, utf8 bool) string {
	eighths := int(share * float64(width) * 8)
	full := eighths / 8 // cells
	var frames strings.Builder
	bar := progressbar.NewOptions64(1000,
		progressbar.OptionSetWriter(&frames),
		progressbar.OptionSetWidth(width-1),
		progressbar.OptionSetTheme(theme(full, eighths%8, width-1, utf8)),
		progressbar.OptionSetPredictTime(false))
	_ = bar.Set(permilleOf(min(full, width-1), width-1)) // fails only past 1000

	drawn := frames.String()
	_, drawn, _ = strings.Cut(drawn[strings.LastIndexByte(drawn, '\r')+1:], "% ")
	return strings.TrimRight(drawn, " ")
}

// permilleOf returns how much must be done, in thousandths, for progressbar to
// fill so many cells of width, which is less than 50. progressbar cuts it to whole
// percent, with fractions that are not exact. So it is half a percent more than
// the percentage amid those that fill as many cells.
func permilleOf(full, width int) int {
	if full == width {
		return 1000
	}
	return (2*full+1)*50/width*10 + 5
}

// theme returns the characters of a bar with a tip: a cell that moves over
// width others. progressbar puts it behind the cells that are full as part of
// the last of these. It does so neither if none is full nor if all are. Then the
// edges have the tip, or the bar would be one cell too short.
func theme(full, eighths, width int, utf8 bool) progressbar.Theme {
	t, tip := progressbar.ThemeASCII, ">"
	if utf8 {
		t = progressbar.ThemeDefault
		tip = string([]rune(" ▏▎▍▌▋▊▉")[eighths])
	} else if full == 0 && eighths == 0 {
		tip = t.SaucerPadding
	}
	switch {
	case full == 0:
		t.BarStart += tip
	case full > width:
		t.BarEnd = t.Saucer + t.BarEnd
	case full == width:
		t.BarEnd = tip + t.BarEnd
	}
	t.SaucerHead = t.Saucer + tip
	return t
}
