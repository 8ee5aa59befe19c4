package cmd

import (
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
)

// displayOptions finds out what to show of the copy, and where.
func (c *copyRun) displayOptions() progress.Options {
	name := c.opts.name
	if name == "" {
		name = c.srcName.Name()
		if c.srcName.Scheme() == endpoint.Stdio {
			name = "stdin"
		}
	}
	opts := c.screen()
	opts.Name = name
	opts.Mode, opts.Interval = c.displayMode()
	return opts
}

// screen is where to show, and what can be shown there.
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

func (c *copyRun) displayMode() (progress.Mode, time.Duration) {
	// The data is on the screen; a bar would be drawn into what comes or is typed.
	taken := c.toStdout() && isTerminal(c.Stdout) || c.srcName.Scheme() == endpoint.Stdio && isTerminal(c.Stdin)
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

// autoMode is what a word of --progress comes to, and the usual interval. Where the
// screen is taken, nothing is drawn on it unasked.
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

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// columns is the terminal's width now, or 0.
func (a *app) columns() int {
	width, _, err := term.GetSize(int(a.Stderr.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// utf8 reports whether the locale's characters are UTF-8.
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
// the function it returns is called.
func (a *app) statusOnSignal(display *progress.Display) (stop func()) {
	return a.run.OnAsked(func() { display.Println(display.StatusLine()) })
}
