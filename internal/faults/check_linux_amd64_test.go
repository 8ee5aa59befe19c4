package faults

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// A check finds out what is wrong with an outcome. usual is the one without a
// fault.
type check struct {
	s     situation
	fault Fault
	out   outcome
	usual outcome
	wrong []string
}

func (c *check) complain(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// violations returns what must not be, nothing if all is well.
func violations(s situation, f Fault, out, usual outcome) []string {
	c := &check{s: s, fault: f, out: out, usual: usual}
	if out.Hung {
		c.complain("does not end within %v", limit)
		return c.wrong
	}
	c.status()
	c.messages()
	c.destinations()
	c.leftovers()
	if s.json && c.code() >= 0 {
		c.report()
	}
	return c.wrong
}

// killed reports whether the run was to end without a word.
func (c *check) killed() bool { return c.fault.What == "SIGKILL" && len(c.out.Hit) > 0 }

// code is the exit status, -1 for death by a signal.
func (c *check) code() int {
	if c.out.Status.Exited() {
		return c.out.Status.ExitStatus()
	}
	return -1
}

// complete reports whether the run says that all bytes are where they belong.
func (c *check) complete() bool { return c.code() == 0 }

// hit reports whether the fault happened to a file of such a name, or to a call
// of that name.
func (c *check) hit(name string) bool {
	return slices.ContainsFunc(c.out.Hit, func(call Call) bool {
		return call.Name == name || call.file() == name || strings.Contains(call.Target, name)
	})
}

// unheard reports whether nobody could read messages.
func (c *check) unheard() bool { return c.hit("stderr") }

func (c *check) status() {
	code, signal := c.code(), c.fault.What.Signal()
	allowed := []int{0, 1}
	switch {
	case len(c.out.Hit) == 0:
		allowed = []int{0}
	case signal != 0:
		allowed = []int{0, 128 + int(signal)}
		if code < 0 && c.out.Status.Signal() == signal {
			return
		}
	case c.mustSucceed():
		allowed = []int{0}
	case c.fault.What == "EPIPE" && c.s.consumed():
		allowed = []int{0, 1, 128 + int(syscall.SIGPIPE)}
	}
	if c.s.peer != nobody && len(c.out.Hit) > 0 { // a timeout
		allowed = append(allowed, 4)
	}
	if !slices.Contains(allowed, code) {
		c.complain("status %s; want one of %d", c.end(), allowed)
	}
}

// end is the exit status in words.
func (c *check) end() string {
	if c.code() < 0 {
		return "killed by " + c.out.Status.Signal().String()
	}
	return fmt.Sprint(c.code())
}

// mustSucceed reports whether the fault is one that no program notices, or one
// that bpcopy has another way for.
func (c *check) mustSucceed() bool {
	what := c.fault.What
	if what == "EINTR" && c.fault.Call != "close" || what.Shortens() {
		return true
	}
	return c.fault.Onwards && c.fault.N == 1 && slices.Contains(refusable(), c.fault.Call) &&
		slices.Contains(refusals(), what) && !c.s.insists
}

// trace is how what the Go runtime says begins.
var trace = regexp.MustCompile(`(?m)^(goroutine |fatal error|panic:|runtime:|SIG[A-Z]+: )`)

func (c *check) messages() {
	if strange := trace.FindString(c.out.stderr); strange != "" {
		c.complain("a stack trace: %.300q", c.out.stderr)
		return
	}
	errs := 0
	for line := range strings.Lines(c.out.stderr) {
		if text, isError := strings.CutPrefix(line, "bpcopy: error: "); isError {
			errs++
			if !strings.Contains(text, ": ") && !strings.HasPrefix(text, "interrupted by ") {
				c.complain("an error that names nothing: %q", line)
			}
		}
		if !strings.HasPrefix(line, "bpcopy: ") && !c.unheard() && !c.killed() {
			c.complain("a strange line: %.200q", line)
		}
	}
	switch {
	case c.complete() && errs > 0:
		c.complain("status 0 and an error: %.300q", c.out.stderr)
	case c.code() > 0 && errs == 0 && !c.unheard():
		c.complain("status %s without an error: %.300q", c.end(), c.out.stderr)
	case errs > 1 && !c.fault.Onwards: // one thing has failed
		c.complain("%d errors: %.500q", errs, c.out.stderr)
	}
}

// temporary is the name of a file that bpcopy is still writing.
const temporary = ".bpcopy-"

// leftovers wants no file but those that were there and the destinations.
func (c *check) leftovers() {
	expected := []string{reportName, eventsName}
	for _, d := range c.s.dests {
		expected = append(expected, d.name)
	}
	left := c.out.after.strangers(c.out.before, expected...)
	if c.killed() {
		left = slices.DeleteFunc(left, func(name string) bool { return strings.Contains(name, temporary) || name == "socket" })
	}
	if len(left) > 0 && !strings.HasPrefix(c.fault.Call, "unlink") {
		c.complain("status %s: left in the folder: %q", c.end(), left)
	}
	for name, before := range c.out.before {
		if c.atSeam(name) {
			continue
		}
		if after, is := c.out.after[name]; !is || (name == "src" && after != before) {
			c.complain("status %s: %s is gone or changed", c.end(), name)
		}
	}
}
