package picture

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/units"
)

// Lines is how many lines a picture has.
const Lines = 10

// MinColumns is the width of the narrowest terminal that shows a picture.
const MinColumns = 60

// Style says what the terminal can show.
type Style struct {
	UTF8   bool // more than ASCII
	Colour bool // escape sequences for colours
}

// Scene is a copy at one moment.
type Scene struct {
	Head      string // the first line; fits the terminal
	Now       ledger.Snapshot
	Mark      int64 // high-water mark of the destinations, in bytes; 0 for none
	ReadAhead int64 // mark of the source, in bytes; 0 if it is not known
}

// Draw returns the picture of a scene: [Lines] lines that leave the last of
// columns cells free, since terminals differ in where the cursor goes after it.
func Draw(s Scene, h *History, style Style, columns int) []string {
	p := pen{style: style, room: columns - 1, history: h}
	lines := make([]string, 0, Lines)
	lines = append(lines, s.Head, "", p.source(s))
	lines = append(lines, p.lanes(s.Now)...)
	if len(s.Now.Destinations) == 1 {
		lines = append(lines, p.queue(s, 0), p.lane(6, down, taken), p.destination(s.Now), "")
	} else {
		lines = append(lines, p.queues(s)...)
	}
	return append(lines, p.sparks())
}

// Where things stand in a line, in cells.
const (
	labelCells = 16
	textCells  = len("99.9 KiB wait, mark 999 KiB ")
	dataColumn = 6
)

// source returns the line of the readable.
func (p *pen) source(s Scene) string {
	state := "flowing"
	if s.Now.Pauses > s.Now.Resumes {
		state = "paused"
	}
	waiting, mark := ahead(s.Now), s.ReadAhead
	scale := max(mark, p.history.peak)
	return p.label("source", state) + p.gauge(waiting, mark, scale, p.gaugeCells()) + " " + amount(waiting, mark)
}

// lanes returns the two lines between the readable and the queue: the data down,
// and up again what holds it and what lets it go on.
func (p *pen) lanes(now ledger.Snapshot) []string {
	left, right := p.room/3, p.room*2/3
	head := p.at(dataColumn, p.shaft(data)+p.word(" data", data)) +
		p.at(left, p.tip(up, pause)+p.word(" pause() "+count(now.Pauses), pause)) +
		p.at(right, p.tip(up, resume)+p.word(" resume() "+count(now.Resumes), resume))
	p.column = 0
	foot := p.at(dataColumn, p.tip(down, data)) +
		p.at(left, p.shaft(pause)+p.word(" write() is false", pause)) +
		p.at(right, p.shaft(resume)+p.word(" drain "+count(now.Drains), drain))
	p.column = 0
	return []string{head, foot}
}

// queue returns the line of one destination's queue.
func (p *pen) queue(s Scene, i int) string {
	d := s.Now.Destinations[i]
	label := "queue"
	if len(s.Now.Destinations) > 1 {
		label = fmt.Sprintf("queue %d", i+1)
	}
	return p.label(label, state(d.Length, s.Mark)) + p.gauge(d.Length, s.Mark, scale(s), p.gaugeCells()) + " " +
		amount(d.Length, s.Mark)
}

// state says whether a queue is full.
func state(length, mark int64) string {
	if mark > 0 && length >= mark {
		return "full"
	}
	return ""
}

// scale returns the bytes of a gauge that is full: somewhat more than the mark
// or the most that ever waited, so that the mark can be seen.
func scale(s Scene) int64 {
	most := max(s.Mark, s.Now.PeakLength)
	return most + min(most/8, math.MaxInt64-most)
}

// destination returns the line of the only destination.
func (p *pen) destination(now ledger.Snapshot) string {
	return p.label("destination", "") + units.Size(now.Destinations[0].Bytes).Human() + " taken"
}

// queues returns four lines for several destinations, or for none. If they are
// more than that, the last line says so.
func (p *pen) queues(s Scene) []string {
	const most = 4
	var lines []string
	shown := len(s.Now.Destinations)
	if shown > most {
		shown = most - 1
	}
	for i := range shown {
		lines = append(lines, p.queue(s, i))
	}
	if more := len(s.Now.Destinations) - shown; more > 0 {
		lines = append(lines, p.label("queues", "")+fmt.Sprintf("%d more; at most %s wait", more, units.Size(s.Now.Length).Human()))
	}
	for len(lines) < most {
		lines = append(lines, "")
	}
	return lines
}

// sparks returns the line with the last seconds of the queue, and the most that
// waited in them.
func (p *pen) sparks() string {
	return p.lastSeconds(slices.Max(append(p.lengths(), 0)))
}

// lastSeconds returns the line with the last seconds of the queue. A spark is
// as high as the line at full bytes.
func (p *pen) lastSeconds(full int64) string {
	lengths := p.lengths()
	label := fmt.Sprintf("last %.0f s", (time.Duration(len(lengths)) * span).Seconds())
	blank := strings.Repeat(" ", p.sparkCells()-len(lengths))
	return p.label(label, "") + p.spark(lengths, full) + blank + " " + units.Size(slices.Max(append(lengths, 0))).Human()
}

// lengths returns the last lengths of the queue, as many as a line shows.
func (p *pen) lengths() []int64 { return p.history.last(p.sparkCells()) }

// sparkCells returns how many sparks a line has room for.
func (p *pen) sparkCells() int { return min(sparks, p.room-labelCells-len(" 99.9 KiB")) }

// amount says how much waits, and the mark if there is one.
func amount(bytes, mark int64) string {
	text := units.Size(bytes).Human() + " wait"
	if mark > 0 {
		text += ", mark " + units.Size(mark).Human()
	}
	return text
}

// count returns a number in at most five characters: 99999, 100k, 9999M.
func count(n int64) string {
	unit := ""
	for _, next := range "kMGTPE" {
		if n < 100_000 {
			break
		}
		n, unit = n/1000, string(next)
	}
	return fmt.Sprint(n) + unit
}
