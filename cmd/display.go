package cmd

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/progress"
	"bpcopy/internal/transfer"
)

// displayOptions finds out what to show, and what the terminal can show.
func (c *copyRun) displayOptions() progress.Options {
	name := c.opts.name
	if name == "" {
		name = c.srcName.Name()
		if c.srcName.Scheme() == endpoint.Stdio {
			name = "stdin"
		}
	}
	mode, interval := c.displayMode()
	dumb := c.Getenv("TERM") == "dumb"
	return progress.Options{
		Out:      c.messages,
		Poll:     c.sample,
		Start:    c.started,
		Name:     name,
		Mode:     mode,
		Interval: interval,
		Columns:  c.columns,
		ANSI:     !dumb,
		Colour:   !dumb && c.Getenv("NO_COLOR") == "",
		UTF8:     c.utf8(),
	}
}

func (c *copyRun) displayMode() (progress.Mode, time.Duration) {
	mode, interval := progress.ModeNone, time.Duration(0)
	switch {
	case c.opts.quiet, c.opts.progress.value == "none":
	case c.opts.progress.value == "bar":
		mode, interval = progress.ModeBar, barInterval
	case c.opts.progress.value == "plain":
		mode, interval = progress.ModePlain, plainInterval
	case !isTerminal(c.Stderr):
		mode, interval = progress.ModePlain, autoPlainInterval
	case c.toStdout() && isTerminal(c.Stdout),
		c.srcName.Scheme() == endpoint.Stdio && isTerminal(c.Stdin):
		// The data is on the screen; a bar would be drawn into what comes or is typed.
	default:
		mode, interval = progress.ModeBar, barInterval
	}
	if c.opts.interval > 0 {
		interval = time.Duration(c.opts.interval)
	}
	return mode, interval
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// columns is the terminal's width now, or 0.
func (c *copyRun) columns() int {
	width, _, err := term.GetSize(int(c.Stderr.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// utf8 reports whether the locale's characters are UTF-8.
func (c *copyRun) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := c.Getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// sample is the copy as it stands, for the display.
func (c *copyRun) sample() progress.Sample {
	s := progress.Sample{Size: c.total.Load(), LastMoved: c.started, Stuck: progress.Side(c.awaited.Load())}
	t := c.transfer.Load()
	if t == nil {
		return s
	}
	stats := t.Stats()
	s.Bytes = stats.Written
	s.Pauses, s.Drains, s.Resumes = stats.Pauses, stats.Drains(), stats.Resumes
	s.Buffered, s.HighWaterMark = stats.Length(), int64(c.opts.highWaterMark)
	s.LastMoved = stats.LastMoved
	switch stats.WaitingFor {
	case transfer.SourceSide:
		s.Stuck = progress.SideSource
	case transfer.DestinationSide:
		s.Stuck = progress.SideDestination
	}
	return s
}

// statusOnSignal prints a line of status whenever a signal asks for one, until
// the function it returns is called.
func (c *copyRun) statusOnSignal() (stop func()) {
	asked := statusSignals()
	if len(asked) == 0 {
		return func() {}
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, asked...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range signals {
			c.display.Println(c.display.StatusLine())
		}
	}()
	return func() {
		// By default these signals kill: one that comes late must not.
		signal.Ignore(asked...)
		signal.Stop(signals)
		close(signals)
		<-done
	}
}

// outcome is how the bar is left.
func outcome(err error) progress.Outcome {
	var interrupted *signalError
	switch {
	case err == nil:
		return progress.Finished
	case errors.As(err, &interrupted):
		return progress.Interrupted
	}
	return progress.Failed
}
