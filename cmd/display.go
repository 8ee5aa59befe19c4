package cmd

import (
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
)

// displayOptions returns how the display of the copy looks.
func (c *copyRun) displayOptions() progress.Options {
	opts := c.screen()
	opts.Name = c.name()
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
	dumb := a.Getenv("TERM") == "dumb"
	return progress.Options{
		Out:     a.messages.Raw(),
		Columns: a.columns,
		ANSI:    !dumb,
		Colour:  !dumb && a.Getenv("NO_COLOR") == "",
		UTF8:    a.utf8(),
	}
}

// displayMode returns the mode of the display and its interval.
func (c *copyRun) displayMode() (progress.Mode, time.Duration) {
	// The data is printed on the terminal, or typed there. A bar would be drawn
	// into it.
	taken := c.toStdout() && isTerminal(c.Stdout) || c.src.Scheme() == endpoint.Stdio && isTerminal(c.Stdin)
	what := c.opts.progress.value
	if c.opts.quiet {
		what = "none"
	}
	mode, interval := c.autoMode(what, taken)
	if c.opts.interval > 0 {
		interval = time.Duration(c.opts.interval)
	}
	return mode, interval
}

// autoMode returns the mode for a word of --progress, and its default interval.
// If the data is on the terminal, it is taken, and "auto" is no display.
func (a *app) autoMode(what string, taken bool) (progress.Mode, time.Duration) {
	switch {
	case what == "none":
	case what == "bar":
		return progress.ModeBar, barInterval
	case what == "plain":
		return progress.ModePlain, plainInterval
	case !isTerminal(a.Stderr):
		return progress.ModePlain, autoPlainInterval
	case !taken:
		return progress.ModeBar, barInterval
	}
	return progress.ModeNone, 0
}

// The default intervals between frames and between plain lines.
const (
	barInterval       = 100 * time.Millisecond
	plainInterval     = time.Second     // with --progress=plain
	autoPlainInterval = 5 * time.Second // with --progress=auto
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// columns returns the width of the terminal now, or 0 if it is not known.
func (a *app) columns() int {
	width, _, err := term.GetSize(int(a.Stderr.Fd()))
	if err != nil {
		return 0
	}
	return width
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
func (a *app) statusOnSignal(display *progress.Display) (stop func()) {
	return a.run.OnAsked(func() { display.Println(display.StatusLine()) })
}
