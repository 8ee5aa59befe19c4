package progress

import (
	"io"
	"sync"
	"time"

	"bpcopy/internal/inert"
)

// Mode is what a [Display] shows by itself.
type Mode int

// The modes.
const (
	ModeNone  Mode = iota // nothing
	ModeBar               // a line redrawn in place, on a terminal
	ModePlain             // one line each interval
)

const (
	// stopGrace is how long Stop and Println wait for a terminal that takes
	// nothing. A slow one is done in less; what is stuck for a second is off
	// (Ctrl-S, a full pipe) and must not keep the program.
	stopGrace = time.Second
	// maxMessages bounds what waits for a terminal that is stuck.
	maxMessages = 100

	defaultColumns       = 80
	defaultBarInterval   = 100 * time.Millisecond
	defaultPlainInterval = 5 * time.Second
)

// Options tell a [Display] what to show and how. Whether there is a terminal,
// what it can do and what the user wants of it (TERM, NO_COLOR, the locale) is
// for the caller to find out.
type Options struct {
	Out      io.Writer        // standard error
	Poll     func() Sample    // must return at once
	Start    time.Time        // of the copy; zero is now
	Now      func() time.Time // the time of the copy; nil is time.Now
	Name     string           // of the copy; may be hostile
	Mode     Mode
	Interval time.Duration // between frames or lines; 0 is 100 ms for a bar, 5 s for lines
	Columns  func() int    // the terminal's width now, in cells; nil or not positive is 80

	BufferFirst bool // show what is buffered also where room is short

	ANSI   bool // the terminal knows escape sequences
	Colour bool // and may be sent colours; without ANSI it is not
	UTF8   bool // Out shows more than ASCII
}

// Display shows a copy on Out. Its methods may be called from any goroutine.
type Display struct {
	opts Options
	stop chan Outcome  // has room for the one value that Stop sends
	wake chan struct{} // has room for one value: messages wait
	done chan struct{} // closed by run

	mu       sync.Mutex // guards what follows; never held while writing
	meter    Meter
	messages []string
	phase    phase

	term terminal // owned by run
}

type phase int

const (
	idle    phase = iota
	running       // from Start to Stop
	stopped
)

// New returns a display that shows nothing until it is started.
func New(opts Options) *Display {
	if opts.Interval <= 0 {
		opts.Interval = defaultPlainInterval
		if opts.Mode == ModeBar {
			opts.Interval = defaultBarInterval
		}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Start.IsZero() {
		opts.Start = opts.Now()
	}
	opts.Colour = opts.Colour && opts.ANSI
	return &Display{
		opts:  opts,
		stop:  make(chan Outcome, 1),
		wake:  make(chan struct{}, 1),
		done:  make(chan struct{}),
		meter: NewMeter(opts.Start),
		term:  terminal{out: opts.Out, ansi: opts.ANSI},
	}
}

// Start starts showing: a bar at once, the first plain line after one interval.
// [Display.Stop] must follow. Starting again does nothing.
func (d *Display) Start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.phase == idle {
		d.phase = running
		go d.run()
	}
}

// Stop shows messages that wait and, in place of the bar, how the copy ended;
// the cursor is left on a line of its own. It waits for that, but no longer than
// a second: where the terminal is stuck, the goroutine is left behind in its
// write. Without Start, and when called again, Stop does nothing.
func (d *Display) Stop(outcome Outcome) {
	d.mu.Lock()
	wasRunning := d.phase == running
	if wasRunning {
		d.phase = stopped
	}
	d.mu.Unlock()
	if wasRunning {
		d.stop <- outcome
		d.ended()
	}
}

// Println prints line on a line of its own; the bar comes back below it. While
// the display runs it does not wait for the terminal. Otherwise it writes by
// itself, but not after a Stop that found the terminal stuck: line is lost then,
// as it is while too many others wait. What the line names may be hostile.
func (d *Display) Println(line string) {
	line = inert.Line(line)
	d.mu.Lock()
	phase := d.phase
	if phase == running && len(d.messages) < maxMessages {
		d.messages = append(d.messages, line+"\n")
	}
	d.mu.Unlock()

	switch {
	case phase == running:
		select {
		case d.wake <- struct{}{}:
		default: // it is to wake up already
		}
	case phase == idle, d.ended():
		_, _ = io.WriteString(d.opts.Out, line+"\n")
	}
}

// StatusLine returns how the copy stands, as [Plain] words it. The display need
// not be started; the rate is then that since the line before, or the start.
func (d *Display) StatusLine() string { return Plain(d.snapshot()) }

// ended waits for run to return and reports whether it has, in time.
func (d *Display) ended() bool {
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-d.done:
		return true
	case <-timer.C:
		return false
	}
}
