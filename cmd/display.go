package cmd

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
	"bpcopy/internal/rows"
)

// displayOptions returns how the display of the copy looks.
func (c *copyRun) displayOptions() progress.Options {
	opts := c.screen()
	opts.Name, opts.Seat = c.name(), c.seat
	opts.Mode, opts.Interval = c.displayMode()
	return opts
}

// name returns what the copy is called.
func (c *copyRun) name() string {
	switch {
	case c.opts.name != "":
		return c.opts.name
	case c.src.Scheme() == endpoint.Stdio:
		return "stdin"
	}
	return c.src.Name()
}

// screen returns what the terminal can show.
func (a *app) screen() progress.Options {
	return progress.Options{
		Out:        a.messages.Raw(),
		Columns:    a.columns,
		Rows:       a.lines,
		Foreground: func() bool { return inForeground(a.Stderr) },
		ANSI:       !a.dumb() || a.colours() == forced,
		Colour:     a.colours() != forbidden,
		UTF8:       a.utf8(),
		Taskbar:    !a.dumb() && isTerminal(a.Stderr) && hasTaskbar(a.Getenv),
	}
}

// colours is what the environment says of them.
type colours int

const (
	possible  colours = iota // where the terminal knows escape sequences
	forbidden                // nowhere
	forced                   // everywhere, whatever the terminal is
)

// colours returns what the environment says of colours. NO_COLOR comes first:
// who has set it may not be able to read what is coloured. The other two are
// often set for a whole run of a CI.
func (a *app) colours() colours {
	switch force := a.Getenv("FORCE_COLOR"); {
	case a.Getenv("NO_COLOR") != "", force == "0", force == "false":
		return forbidden
	case force != "":
		return forced
	}
	if force := a.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return forced
	}
	return possible
}

// dumb reports whether the terminal does not know escape sequences. On Windows
// TERM says nothing of the console.
func (a *app) dumb() bool {
	name := a.Getenv("TERM")
	return name == "dumb" || name == "" && runtime.GOOS != "windows"
}

// hasTaskbar reports whether the terminal is known to take OSC 9;4. Others may
// show it as a notification, and older versions of some do.
func hasTaskbar(getenv func(string) string) bool {
	if getenv("TMUX") != "" || getenv("STY") != "" { // a multiplexer has many windows, but one taskbar
		return false
	}
	version := getenv("TERM_PROGRAM_VERSION")
	switch getenv("TERM_PROGRAM") {
	case "ghostty", "mintty":
		return true
	case "iTerm.app":
		return atLeast(version, 3, 6)
	case "WezTerm": // a date comes first
		return atLeast(version, 20250200, 0)
	}
	const firstVTE = 7900
	return getenv("WT_SESSION") != "" || getenv("ConEmuANSI") == "ON" || atLeast(getenv("VTE_VERSION"), firstVTE, 0)
}

// atLeast reports whether a version is major.minor or a later one.
func atLeast(version string, major, minor int) bool {
	var a, b int
	_, _ = fmt.Sscanf(strings.ReplaceAll(version, "-", " "), "%d.%d", &a, &b) // what is missing is 0
	return a > major || a == major && b >= minor
}

// newSeat returns our seat on the terminal that is standard error, and nil if
// it is none, or one that could not show rows.
func (a *app) newSeat() *rows.Seat {
	if a.dumb() || a.messages.Closed() != nil {
		return nil
	}
	return rows.New(rows.Options{
		Terminal: a.Stderr,
		Writer:   a.messages.Raw(),
		Size:     a.size,
		Stdin:    a.Stdin,
		Stdout:   a.Stdout,
	})
}

// displayMode returns the mode of the display and its interval.
func (c *copyRun) displayMode() (progress.Mode, time.Duration) {
	// The data is printed on the terminal, or typed there. A bar would be drawn
	// into it.
	taken := c.toStdout() && isTerminal(c.Stdout) || c.src.Scheme() == endpoint.Stdio && isTerminal(c.Stdin)
	return c.opts.mode(c.app, taken)
}

// autoMode returns the mode for a word of --progress, and its default interval, as
// [displayFlags.mode] has it.
func (a *app) autoMode(what string, taken bool) (progress.Mode, time.Duration) {
	switch {
	case what == "none":
	case what == "bar":
		return progress.ModeBar, progress.BarInterval
	case what == "picture" && !a.dumb():
		return progress.ModePicture, progress.BarInterval
	case what == "plain" || what == "picture":
		return progress.ModePlain, askedInterval
	case !isTerminal(a.Stderr), !taken && a.dumb():
		return progress.ModePlain, progress.PlainInterval
	case !taken:
		return progress.ModeBar, progress.BarInterval
	}
	return progress.ModeNone, 0
}

// askedInterval is the time between two plain lines with --progress=plain: who asks for
// them wants to see them.
const askedInterval = time.Second

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// columns returns the width of the terminal now, or 0 if it is not known.
func (a *app) columns() int {
	columns, _ := a.size()
	return columns
}

// size returns the size of the terminal now, or zeros if it is not known.
func (a *app) size() (columns, lines int) {
	columns, lines, err := term.GetSize(int(a.Stderr.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, lines
}

// lines returns the height of the terminal now, or 0 if it is not known.
func (a *app) lines() int {
	_, lines := a.size()
	return lines
}

// utf8 reports whether the characters of the locale are UTF-8.
func (a *app) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.Getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// statusOnSignal prints a line of status whenever a signal asks for one, until
// stop is called.
func (a *app) statusOnSignal(display *progress.Display, line func() string) (stop func()) {
	return a.run.OnAsked(func() { display.Println(line()) })
}

// statusLine returns the plain line of this moment. Unlike those that come by
// themselves it tells at its end why somebody was waited for most so far, if the
// kernel tells.
func (c *copyRun) statusLine(because string) string {
	line := c.display.StatusLine()
	if because != "" {
		line += fmt.Sprintf(" why=%q", because)
	}
	return line
}

// tellDropped tells that a destination has dropped out, as soon as it has. The
// error comes again at the end, with the others.
func (c *copyRun) tellDropped(operand int, err error) {
	c.display.Println(fmt.Sprintf("bpcopy: destination %d dropped out: %v", operand+1, err))
}
