package throttle

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"bpcopy/internal/errno"
)

// Script says how a source or a destination behaves, step by step. Its
// language:
//
//	10MiB/s for 2s; stall for 1.5s; 512KiB/s for 4MiB; unlimited
//
//	script   = step { ";" step } [ ";" ]  # the last step lasts to the end,
//	         | step { ";" step } ";" "repeat" [ ";" ]  # or all start over
//	step     = actions "for" ( DURATION | SIZE )  # for a time, or an amount
//	         | actions  # to the end: the last step, if it does not repeat
//	         | "close" | "fail" CODE  # the end itself: the last step
//	actions  = "stall" | action { "+" action }
//	action   = RATE | "unlimited"  # at most one of these
//	         | "latency" DURATION [ "jitter" DURATION ]
//	         | "delay" DURATION [ "jitter" DURATION ]
//	         | "slice" SIZE
//
// A line's end separates steps as ";" does, empty lines are nothing, and a
// comment runs from "#" to the end of the line.
//
//	RATE       lets that much through, like a line of that speed
//	unlimited  lets everything through, the same as no rate
//	stall      lets nothing through; it lasts for a time, or for ever
//	latency    each write takes that long, more or less by up to the jitter,
//	           all values alike; the jitter is not above the latency
//	delay      bytes arrive that much later, more or less by up to the jitter,
//	           and in order; it does not hold up the bytes behind them
//	slice      each write takes at most that much
//	close      the end goes away: a consumer takes no more, a producer has no more
//	fail       the end fails with an error of the system's: EIO, ENOSPC, EPIPE …
//
// Together, a rate and a latency both hold: a write takes as long as the slower
// of the two says. What a delay lets arrive still has to keep to the rate and
// the latency. A byte has the delay of the step in which it was written, and
// until it arrives it counts as buffered: so the high-water mark, divided by the
// delay, bounds what gets through. The end follows the last byte.
//
// A DURATION is as Go writes it (1.5s, 250ms, 1m30s); 2m is two minutes and 2M
// an amount. No time, rate or amount is zero or negative, and no time exceeds a
// century.
//
// The zero Script is "unlimited".
type Script struct {
	steps  []step
	repeat bool
}

// A step is what happens for a while. A zero field does not limit anything.
type step struct {
	stall   bool
	rate    quantity // bytes per second
	latency time.Duration
	jitter  time.Duration // of the latency
	delay   time.Duration
	wander  time.Duration // the jitter of the delay
	slice   quantity      // bytes
	end     *End          // not nil: the copy ends, and nothing else is set

	time   time.Duration // how long it lasts,
	amount quantity      // or for how many bytes; neither is to the end
}

// A quantity is a number with its text, so that String returns it as written.
type quantity struct {
	n    int64
	text string
}

// An End is how a script ends the copy.
type End struct {
	Code string // name of the error; "" if the source or destination just goes away
}

// AtRate returns the script of one rate, in bytes per second, to the end.
func AtRate(rate int64) Script {
	return Script{steps: []step{{rate: quantity{rate, strconv.FormatInt(rate, 10) + "/s"}}}}
}

// IsZero reports whether s is the zero Script, which no text parses to.
func (s Script) IsZero() bool { return len(s.steps) == 0 }

// Jitters reports whether s depends on a seed.
func (s Script) Jitters() bool {
	return slices.ContainsFunc(s.steps, func(st step) bool { return st.jitter > 0 || st.wander > 0 })
}

// Delays reports whether s delays bytes. Whoever follows it then has to call
// [Line.Enter].
func (s Script) Delays() bool {
	return slices.ContainsFunc(s.steps, func(st step) bool { return st.delay > 0 })
}

// String returns s on one line, in the shortest form that parses to s again.
func (s Script) String() string {
	if s.IsZero() {
		return step{}.String()
	}
	var parts []string
	for _, st := range s.steps {
		parts = append(parts, st.String())
	}
	if s.repeat {
		parts = append(parts, "repeat")
	}
	return strings.Join(parts, "; ")
}

func (s step) String() string {
	text := strings.Join(s.actions(), " + ")
	switch {
	case s.time > 0:
		text += " for " + short(s.time)
	case s.amount.n > 0:
		text += " for " + s.amount.text
	}
	return text
}

func (s step) actions() []string {
	switch {
	case s.end != nil:
		return []string{s.end.String()}
	case s.stall:
		return []string{"stall"}
	}
	var actions []string
	if s.rate.n > 0 {
		actions = append(actions, s.rate.text)
	}
	if s.latency > 0 {
		actions = append(actions, "latency "+withJitter(s.latency, s.jitter))
	}
	if s.delay > 0 {
		actions = append(actions, "delay "+withJitter(s.delay, s.wander))
	}
	if s.slice.n > 0 {
		actions = append(actions, "slice "+s.slice.text)
	}
	if len(actions) == 0 {
		return []string{"unlimited"}
	}
	return actions
}

// withJitter returns a time and its jitter, if there is one.
func withJitter(d, jitter time.Duration) string {
	if jitter == 0 {
		return short(d)
	}
	return short(d) + " jitter " + short(jitter)
}

// Err returns the error that e stands for. It is nil if the source or
// destination just goes away.
func (e *End) Err() error {
	if err, known := errno.Named(e.Code); known {
		return err
	}
	return nil
}

// String returns e as it is written in a script.
func (e *End) String() string {
	if e.Code == "" {
		return "close"
	}
	return "fail " + e.Code
}

// short returns d without the zeros that Go writes after minutes and hours.
func short(d time.Duration) string {
	text := d.String()
	for _, zeros := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zeros) {
			text = text[:len(text)-len("0s")]
		}
	}
	return text
}
