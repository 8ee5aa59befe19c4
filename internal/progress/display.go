package progress

import (
	"context"
	"io"
	"sync"
	"time"

	"bpcopy/internal/inert"
	"bpcopy/internal/ledger"
	"bpcopy/internal/picture"
	"bpcopy/internal/rows"
)

// Mode is what a [Display] shows without being asked.
type Mode int

// The modes.
const (
	ModeNone    Mode = iota // nothing; only messages
	ModeBar                 // a line with a bar, redrawn in place, on a terminal
	ModePlain               // one plain line each interval
	ModePicture             // ten lines with a picture, redrawn in place, on a terminal with escape sequences
)

const (
	// stopGrace is how long Stop and Println wait for a terminal that takes
	// nothing. A slow terminal needs less. One that is stuck for a second has
	// been stopped (Ctrl-S, a full pipe) and must not keep the program.
	stopGrace = time.Second
	// maxMessages bounds the messages that wait for a stuck terminal.
	maxMessages = 100

	defaultColumns = 80
)

// The default intervals.
const (
	BarInterval   = 100 * time.Millisecond // between frames, also of a picture
	PlainInterval = 5 * time.Second        // between plain lines
)

// Options tell a [Display] what to show and how. The caller finds out whether
// there is a terminal, what it can do, and what the user wants (TERM, NO_COLOR,
// the locale).
type Options struct {
	Out      io.Writer        // the terminal or the log; errors of it are ignored
	Poll     func() Sample    // called for each frame and line; must return at once
	Start    time.Time        // when the copy started, by Now; zero is the time of New
	Now      func() time.Time // the clock of the copy; nil is time.Now
	Name     string           // name of the copy; made inert before it is shown
	Mode     Mode
	Interval time.Duration // between frames or lines; 0 is BarInterval or PlainInterval
	Columns  func() int    // width of the terminal now, in cells; nil or not positive is 80
	Rows     func() int    // its height; nil or not positive is enough for a picture
	// Foreground reports whether the terminal is this process's now. While it is
	// not, no frame is drawn. Nil is always.
	Foreground func() bool

	Seat   *rows.Seat // the row among those of others on the terminal; nil if there are none
	Beside *Beside    // a second copy in the picture; nil if there is none

	BufferFirst bool // show the buffered bytes even if there is little room

	ANSI   bool // the terminal knows escape sequences
	Colour bool // it may be sent colours; has no effect without ANSI
	UTF8   bool // Out shows more than ASCII

	Taskbar bool // the terminal knows OSC 9;4, see taskbar; only with a bar
}

// Display shows a copy on Out. Its methods may be called from any goroutine.
type Display struct {
	opts Options
	stop chan Outcome  // Stop sends one value; there is room for it
	wake chan struct{} // Println sends: messages wait; there is room for one value
	room chan struct{} // run sends: no message waits any more; there is room for one value
	done chan struct{} // closed by run

	mu       sync.Mutex // guards the fields below; never held while writing
	meter    Meter
	waits    recent[ledger.Waits]
	messages []string
	phase    phase

	term     terminal           // owned by run
	pictured [2]picture.History // of both copies; owned by run

	taskbarMu sync.Mutex // guards taskbar; held while writing it
	taskbar   taskbar
}

// phase is how far a display has come.
type phase int

const (
	idle    phase = iota
	running       // from Start to Stop
	stopped
)

// New returns a display that shows nothing until it is started.
func New(opts Options) *Display {
	if opts.Interval <= 0 {
		opts.Interval = PlainInterval
		if opts.Mode == ModeBar || opts.Mode == ModePicture {
			opts.Interval = BarInterval
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
		room:  make(chan struct{}, 1),
		done:  make(chan struct{}),
		meter: NewMeter(opts.Start),
		waits: recent[ledger.Waits]{{}},
		term:  terminal{out: opts.Out, ansi: opts.ANSI, seat: opts.Seat},
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

// Stop shows the messages that wait. Then it replaces the bar by a last frame,
// which shows how the copy ended, and leaves the cursor on an empty line.
//
// Stop waits for that, but no longer than a second: if the terminal is stuck,
// the goroutine is left behind in its write. Without Start, and when called
// again, Stop does nothing.
func (d *Display) Stop(outcome Outcome) {
	d.mu.Lock()
	wasRunning := d.phase == running
	if wasRunning {
		d.phase = stopped
	}
	d.mu.Unlock()
	if wasRunning {
		d.stop <- outcome
		d.waitForRun()
	}
}

// Println prints a message on a line of its own, made inert. The bar comes back
// below it.
//
// While the display runs, Println does not wait for the terminal: the message
// is queued, and lost if 100 others wait already. Before Start and after Stop
// it writes by itself. But if Stop has found the terminal stuck, the message is
// lost.
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
		default: // run is about to wake up anyway
		}
	case phase == idle, d.waitForRun():
		_, _ = io.WriteString(d.opts.Out, line+"\n")
	}
}

// PrintlnInTime is Println, but a message for which there is no room waits for it,
// until ctx ends.
func (d *Display) PrintlnInTime(ctx context.Context, line string) {
	for d.full() && ctx.Err() == nil {
		select {
		case <-d.room:
		case <-d.done:
		case <-ctx.Done():
		}
	}
	d.Println(line)
}

// full reports whether the next message would be lost.
func (d *Display) full() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.phase == running && len(d.messages) >= maxMessages
}

// StatusLine returns the plain line of this moment. The display need not be
// started. If it is not, the rate and who was waited for are those of the time
// since the status line before, or since the start.
func (d *Display) StatusLine() string { return Plain(d.snapshot()) }

// ClearTaskbar removes the progress from outside of the terminal's text. Stop
// does that, too. This is for a program that ends without Stop.
func (d *Display) ClearTaskbar() {
	d.taskbarMu.Lock()
	defer d.taskbarMu.Unlock()
	d.writeTaskbar(d.taskbar.clear())
}

// waitForRun waits until run has returned, and reports whether it did in time.
func (d *Display) waitForRun() bool {
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	select {
	case <-d.done:
		return true
	case <-timer.C:
		return false
	}
}
