package cmd

import (
	"time"

	"github.com/spf13/pflag"

	"bpcopy/internal/progress"
)

// displayFlags are the flags for what is shown meanwhile.
type displayFlags struct {
	progress choice
	interval positiveDuration // zero is the default of the mode
	quiet    bool
}

// addIntervalFlag declares --interval.
func (o *displayFlags) addIntervalFlag(f *pflag.FlagSet) {
	f.VarP(unset{&o.interval}, "interval", "i", "`DURATION` between frames or plain lines (default 100ms for the bar, 1s for lines asked for)")
}

// addQuietFlag declares --quiet.
func (o *displayFlags) addQuietFlag(f *pflag.FlagSet) {
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no display and no summary, errors only")
}

// checkDisplay returns a usage error for flags that do not go together.
func (o *displayFlags) checkDisplay(changed func(flag string) bool) error {
	if o.quiet && changed("progress") && o.progress.value != "none" {
		return usagef("--quiet and --progress=%s: want one of them", o.progress.value)
	}
	return nil
}

// mode returns the mode of the display and the time between two frames or lines. If the
// terminal is taken by the data or by somebody else, "auto" is no display there.
func (o *displayFlags) mode(a *app, taken bool) (progress.Mode, time.Duration) {
	what := o.progress.value
	if o.quiet {
		what = "none"
	}
	mode, interval := a.autoMode(what, taken)
	if o.interval > 0 {
		interval = time.Duration(o.interval)
	}
	return mode, interval
}
