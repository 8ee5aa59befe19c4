package progress

import (
	"fmt"
	"time"
)

// taskbar shows the progress where the terminal has a place for it outside of
// its text: in its tab or in the taskbar of the desktop. ConEmu introduced the
// escape sequence, OSC 9;4. A terminal that does not know it may show something
// else, so it is only for those that do.
type taskbar struct {
	shown string // the last sequence; empty if nothing is shown
	over  bool   // nothing must be shown any more
}

// taskbarAfter is how long a copy takes before it is worth a taskbar. Until then,
// some signals may also end the program without a chance to clear it.
const taskbarAfter = 100 * time.Millisecond

// The states of a taskbar.
const (
	taskbarNone          = 0
	taskbarNormal        = 1
	taskbarIndeterminate = 3
	taskbarPaused        = 4
)

// taskbarSequence returns what makes a terminal show that state.
func taskbarSequence(state, percent int) string {
	return fmt.Sprintf("\x1b]9;4;%d;%d\x1b\\", state, percent)
}

// show returns what to write so that s is shown, or nothing if it is.
func (t *taskbar) show(s Snapshot) string {
	state, percent := taskbarNormal, s.percent()
	switch {
	case s.Stalled > 0 && !s.sized():
		state, percent = taskbarPaused, 100 // some show nothing at 0
	case s.Stalled > 0:
		state = taskbarPaused
	case !s.sized():
		state, percent = taskbarIndeterminate, 0
	}
	sequence := taskbarSequence(state, percent)
	if t.over || s.Elapsed < taskbarAfter || sequence == t.shown {
		return ""
	}
	t.shown = sequence
	return sequence
}

// clear returns what to write so that nothing is shown from now on, or nothing if
// that is so.
func (t *taskbar) clear() string {
	t.over = true
	if t.shown == "" {
		return ""
	}
	t.shown = ""
	return taskbarSequence(taskbarNone, 0)
}
