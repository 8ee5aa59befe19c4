package picture

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// pen draws with the characters that the terminal can show. All of them take one
// cell.
type pen struct {
	style   Style
	room    int // cells of a line
	history *History
	column  int // how far the line is that is put together by at
}

// direction is where the tip of an arrow points.
type direction int

const (
	down direction = iota
	up
)

// The colours of lit arrows, as numbers of an SGR escape sequence. Those that
// hold the source are yellow, those that let it go on are cyan.
func colourOf(a arrow) string {
	switch a {
	case pause:
		return "1;33"
	case resume, drain:
		return "1;36"
	}
	return "1"
}

// at returns text that begins in a column of the line. The width is that of its
// characters; escape sequences do not count.
func (p *pen) at(column int, text string) string {
	pad := max(0, column-p.column)
	p.column += pad + visible(text)
	return strings.Repeat(" ", pad) + text
}

// visible returns how many characters of text are not of an escape sequence.
func visible(text string) int {
	n := utf8.RuneCountInString(text)
	for {
		_, rest, found := strings.Cut(text, "\x1b[")
		if !found {
			return n
		}
		sequence, after, _ := strings.Cut(rest, "m")
		n -= len("\x1b[") + len(sequence) + len("m")
		text = after
	}
}

// lane returns a line with nothing but the tip of an arrow.
func (p *pen) lane(column int, to direction, a arrow) string {
	line := p.at(column, p.tip(to, a)+p.word(" taken", a))
	p.column = 0
	return line
}

// tip returns the end of an arrow.
func (p *pen) tip(to direction, a arrow) string {
	lit := p.history.isLit(a)
	switch {
	case p.style.UTF8 && lit:
		return p.paint([]string{"▼", "▲"}[to], a)
	case p.style.UTF8:
		return []string{"▽", "△"}[to]
	case lit:
		return p.paint([]string{"v", "^"}[to], a)
	}
	return "."
}

// shaft returns the line of an arrow.
func (p *pen) shaft(a arrow) string {
	lit := p.history.isLit(a)
	switch {
	case p.style.UTF8 && lit:
		return p.paint("┃", a)
	case p.style.UTF8:
		return "│"
	case lit:
		return p.paint("|", a)
	}
	return "."
}

// word returns text beside an arrow.
func (p *pen) word(text string, a arrow) string {
	if p.history.isLit(a) {
		return p.paint(text, a)
	}
	return text
}

// paint returns text in the colour of an arrow that is lit.
func (p *pen) paint(text string, a arrow) string {
	if !p.style.Colour {
		return text
	}
	return "\x1b[" + colourOf(a) + "m" + text + "\x1b[m"
}

// label returns what a line is about, and its state, in labelCells.
func (p *pen) label(name, state string) string {
	const stateCells = 8
	if state == "" {
		return fmt.Sprintf("%-*s", labelCells, name)
	}
	return fmt.Sprintf("%-*s%-*s", labelCells-stateCells, name, stateCells, state)
}

// gaugeCells returns how long a gauge is between its edges.
func (p *pen) gaugeCells() int {
	return max(8, p.room-labelCells-textCells-len("[]"))
}

// gauge returns how full a buffer is, with a notch behind its mark. A buffer
// that is not empty shows at least its first cell.
func (p *pen) gauge(bytes, mark, scale int64, cells int) string {
	fill, notch, left, right := "█", "┊", "▕", "▏"
	if !p.style.UTF8 {
		fill, notch, left, right = "#", "!", "[", "]"
	}
	full := cellsOf(bytes, scale, cells)
	line := slices.Concat(slices.Repeat([]string{fill}, full), slices.Repeat([]string{" "}, cells-full))
	if at := cellsOf(mark, scale, cells); at > 0 && at < cells {
		line[at] = notch
	}
	return left + strings.Join(line, "") + right
}

// cellsOf returns how many of the cells of a gauge bytes take.
func cellsOf(bytes, scale int64, cells int) int {
	if bytes <= 0 || scale <= 0 {
		return 0
	}
	share := float64(bytes) / float64(scale)
	return min(cells, max(1, int(share*float64(cells)+0.5)))
}

// spark returns lengths as bars of one cell. The bar of most is as high as the
// line.
func (p *pen) spark(lengths []int64, most int64) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	if !p.style.UTF8 {
		bars = []rune(".:-=+*%#")
	}
	var line strings.Builder
	for _, length := range lengths {
		switch {
		case length <= 0:
			line.WriteByte(' ')
		case length >= most:
			line.WriteRune(bars[len(bars)-1])
		default:
			line.WriteRune(bars[int(float64(length)/float64(most)*float64(len(bars)))])
		}
	}
	return line.String()
}
