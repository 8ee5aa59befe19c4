package progress

import (
	"strings"
	"time"
)

// run draws until Stop tells it the outcome. It owns the terminal, in every
// mode: messages go through it too. Stop waits for it.
func (d *Display) run() {
	defer close(d.done)
	var tick <-chan time.Time // never, where there is nothing to draw: timers cost wake-ups
	if d.opts.Mode != ModeNone {
		ticker := time.NewTicker(d.opts.Interval)
		defer ticker.Stop()
		tick = ticker.C
	}
	d.draw()
	for {
		select {
		case <-tick:
			if !d.stopping() {
				d.draw()
				d.line()
			}
		case <-d.wake:
			if !d.stopping() {
				d.flush()
				d.draw()
			}
		case outcome := <-d.stop:
			d.flush()
			d.last(outcome)
			return
		}
	}
}

// stopping reports whether Stop waits. Select does not look at the order of what
// is ready, and on a slow terminal each frame more would keep Stop longer.
func (d *Display) stopping() bool { return len(d.stop) > 0 }

// draw draws a frame of the bar.
func (d *Display) draw() {
	if d.opts.Mode == ModeBar {
		columns := d.columns()
		d.term.draw(Render(d.snapshot(), columns), columns)
	}
}

// line prints a plain line.
func (d *Display) line() {
	if d.opts.Mode == ModePlain {
		d.term.print(d.StatusLine()+"\n", d.columns())
	}
}

// last draws the bar as it stays. Plain lines have nothing to leave behind.
func (d *Display) last(outcome Outcome) {
	if d.opts.Mode == ModeBar {
		s := d.snapshot()
		s.Outcome = outcome
		columns := d.columns()
		d.term.leave(Render(s, columns), columns)
	}
}

// flush prints the messages that wait.
func (d *Display) flush() {
	d.mu.Lock()
	messages := d.messages
	d.messages = nil
	d.mu.Unlock()
	if len(messages) > 0 {
		d.term.print(strings.Join(messages, ""), d.columns())
	}
}

// columns returns the width of the terminal now.
func (d *Display) columns() int {
	if d.opts.Columns != nil {
		if n := d.opts.Columns(); n > 0 {
			return n
		}
	}
	return defaultColumns
}

// snapshot returns the copy as it stands. The lock is held while polling: the
// meter must see samples in their order.
func (d *Display) snapshot() Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, sample := d.opts.Now(), d.opts.Poll()
	if sample.LastMoved.Before(d.opts.Start) {
		sample.LastMoved = d.opts.Start
	}
	d.meter.Observe(now, sample.LastMoved, sample.Written)
	s := Snapshot{
		Sample:  sample,
		Name:    d.opts.Name,
		Elapsed: now.Sub(d.opts.Start),
		Rate:    d.meter.Rate(),
		ETA:     d.meter.ETA(sample.Size - sample.Written),
		Colour:  d.opts.Colour,
		UTF8:    d.opts.UTF8,

		BufferFirst: d.opts.BufferFirst,
	}
	if idle := now.Sub(sample.LastMoved); idle >= stallAfter {
		s.Stalled = idle
	}
	return s
}
