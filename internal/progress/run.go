package progress

import (
	"io"
	"strings"
	"time"

	"bpcopy/internal/ledger"
)

// run draws until Stop sends the outcome. It owns the terminal in every mode,
// and prints the messages, too. Stop waits for it.
func (d *Display) run() {
	defer close(d.done)
	var tick <-chan time.Time // nil if there is nothing to draw: timers cost wake-ups
	if d.opts.Mode != ModeNone {
		ticker := time.NewTicker(d.opts.Interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	d.drawFrame()
	for {
		select {
		case <-tick:
			if !d.stopping() {
				d.drawFrame()
				d.printLine()
			}
		case <-d.wake:
			if !d.stopping() {
				d.printMessages()
				d.drawFrame()
			}
		case outcome := <-d.stop:
			d.printMessages()
			d.drawLast(outcome)
			d.ClearTaskbar()
			return
		}
	}
}

// stopping reports whether Stop waits. A select takes any case that is ready.
// So run asks before it draws: on a slow terminal, Stop would wait for that
// frame, too.
func (d *Display) stopping() bool { return len(d.stop) > 0 }

// drawing reports whether frames are drawn now. In the background the terminal
// is somebody else's. There only messages are printed.
func (d *Display) drawing() bool {
	frames := d.opts.Mode == ModeBar || d.opts.Mode == ModePicture
	return frames && (d.opts.Foreground == nil || d.opts.Foreground())
}

// drawFrame draws a frame, if the mode has frames.
func (d *Display) drawFrame() {
	if d.drawing() {
		columns := d.columns()
		s := d.snapshot()
		d.term.drawLines(d.frame(s, columns), columns)
		d.showTaskbar(s)
	}
}

// printLine prints a plain line, if that is the mode.
func (d *Display) printLine() {
	if d.opts.Mode == ModePlain {
		d.term.print(d.StatusLine()+"\n", d.columns())
	}
}

// drawLast draws the last frame, which stays on the screen. Plain lines have no
// such frame.
func (d *Display) drawLast(outcome Outcome) {
	if d.drawing() {
		s := d.snapshot()
		s.Outcome, s.Waited = outcome, waitedSince(ledger.Waits{}, s.Waits)
		columns := d.columns()
		d.term.leaveLines(d.frame(s, columns), columns)
	}
}

// showTaskbar shows the progress outside of the terminal's text. There is one taskbar: of
// several bpcopy on the terminal, the one that draws has it.
func (d *Display) showTaskbar(s Snapshot) {
	if d.opts.Taskbar && !d.opts.Seat.Follows() {
		d.taskbarMu.Lock()
		defer d.taskbarMu.Unlock()
		d.writeTaskbar(d.taskbar.show(s))
	}
}

// writeTaskbar writes a sequence, if there is one. It leaves the cursor where it
// is. The lock of the taskbar is held, so that none comes after the last.
func (d *Display) writeTaskbar(sequence string) {
	if sequence != "" {
		_, _ = io.WriteString(d.opts.Out, sequence)
	}
}

// printMessages prints the messages that wait.
func (d *Display) printMessages() {
	d.mu.Lock()
	messages := d.messages
	d.messages = nil
	d.mu.Unlock()
	if len(messages) > 0 {
		d.term.print(strings.Join(messages, ""), d.columns())
		select {
		case d.room <- struct{}{}:
		default: // nobody waits for it
		}
	}
}

// columns returns the width of the terminal now, in cells.
func (d *Display) columns() int {
	if d.opts.Columns != nil {
		if n := d.opts.Columns(); n > 0 {
			return n
		}
	}
	return defaultColumns
}

// snapshot polls the copy and returns what a frame or a line shows. It holds
// the lock while it polls, so that the meter gets the samples in their order.
func (d *Display) snapshot() Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, sample := d.opts.Now(), d.opts.Poll()
	if sample.LastMoved.Before(d.opts.Start) {
		sample.LastMoved = d.opts.Start
	}
	d.meter.Observe(now, sample.LastMoved, sample.Written)
	at := sample.Waits.Total()
	earlier := d.waits[d.waits.before(at-waitsWindow)].value
	d.waits.add(max(at, d.waits.last().at), sample.Waits, waitsWindow)
	return Snapshot{
		Sample:  sample,
		Name:    d.opts.Name,
		Stalled: stalledSince(sample.LastMoved, now),
		Rate:    d.meter.Rate(),
		ETA:     d.meter.ETA(sample.Size - sample.Written),
		Waited:  waitedSince(earlier, sample.Waits),
		Colour:  d.opts.Colour,
		UTF8:    d.opts.UTF8,

		BufferFirst: d.opts.BufferFirst,
	}
}
