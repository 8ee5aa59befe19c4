package faults

import (
	"encoding/json"
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

// destinations checks each one, and that all of them are new or none.
func (c *check) destinations() {
	renewed := 0
	for _, d := range c.s.dests {
		if c.destination(d) {
			renewed++
		}
	}
	files := len(c.s.dests)
	switch {
	case c.killed() || c.s.keepsGoing || c.complete():
	case renewed > 0 && renewed < files && c.filesOnly():
		c.complain("status %s: %d of %d destinations are new", c.end(), renewed, files)
	case renewed == files && c.filesOnly() && !c.aboutReport() && !c.unheard():
		c.complain("status %s: the destinations are new: %.300q", c.end(), c.out.stderr)
	}
}

// filesOnly reports whether all destinations are files that are replaced whole.
func (c *check) filesOnly() bool {
	return !slices.ContainsFunc(c.s.dests, func(d dest) bool { return d.how != whole })
}

// aboutReport reports whether the error is one of a report that could not be
// written. Then the destinations are complete, and the error says so.
func (c *check) aboutReport() bool {
	return strings.Contains(c.out.stderr, reportName) || strings.Contains(c.out.stderr, eventsName)
}

// destination reports whether a destination has every byte of the source.
func (c *check) destination(d dest) bool {
	got, want := c.text(d)
	full := got == want
	if c.complete() && !full {
		c.complain("status 0: %s has %d bytes; want %d, first difference at %d", d.name, len(got), len(want), difference(got, want))
	}
	switch d.how {
	case whole:
		c.replaced(d, full)
	case added:
		rest, kept := strings.CutPrefix(got, d.old)
		if !kept || !strings.HasPrefix(want, got) {
			c.complain("%s is not the old bytes and some of the source (%d bytes after %d)", d.name, len(rest), len(d.old))
		}
	case within:
		n := difference(got, want)
		if n < len(got) && got[n:] != d.old[min(n, len(d.old)):] {
			c.complain("%s is neither the source's nor the old bytes from %d on", d.name, n)
		}
	default:
		if !strings.HasPrefix(want, got) {
			c.complain("%s got %d bytes that are not the source's, from %d on", d.name, len(got), difference(got, want))
		}
	}
	return full
}

// text returns what a destination has, and what it is to have.
func (c *check) text(d dest) (got, want string) {
	switch d.how {
	case printed:
		return string(c.out.received[d.name]), string(c.usual.received[d.name])
	case received:
		return string(c.out.received[d.name]), c.source()
	case added:
		return c.out.after[d.name].bytes, d.old + c.source()
	}
	return c.out.after[d.name].bytes, c.source()
}

func (c *check) source() string {
	if file, ok := c.out.before["src"]; ok && file.mode.IsRegular() {
		return file.bytes
	}
	return string(content(sourceSize))
}

// replaced checks a file that is old or new, and belongs to whom it did.
func (c *check) replaced(d dest, isNew bool) {
	before, was := c.out.before[d.name]
	after, is := c.out.after[d.name]
	switch {
	case isNew:
		wanted := c.usual.after[d.name].look
		if after.look != wanted {
			c.complain("%s is new with %v; want %v", d.name, after.look, wanted)
		}
	case was != is, after != before:
		c.complain("status %s: %s is damaged: %d bytes, %v, inode %d, %v; it had %d bytes, %v, inode %d, %v", c.end(), d.name,
			len(after.bytes), after.look, after.inode, after.changed, len(before.bytes), before.look, before.inode, before.changed)
	}
}

// difference returns from where on two texts differ.
func difference(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
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
		if after, is := c.out.after[name]; !is || (name == "src" && after != before) {
			c.complain("status %s: %s is gone or changed", c.end(), name)
		}
	}
}

// report checks the summary object, if there is one.
func (c *check) report() {
	text := c.out.after[reportName].bytes
	aboutReport := c.hit(reportName) || c.hit(eventsName) || c.aboutReport()
	if text == "" {
		if c.complete() {
			c.complain("status 0 and no report")
		}
		return
	}
	var report struct {
		Schema   string
		Bytes    int
		ExitCode *int `json:"exit_code"`
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		if !aboutReport {
			c.complain("status %s: the report is no JSON: %v: %.200q", c.end(), err, text)
		}
		return
	}
	if report.ExitCode == nil || *report.ExitCode != c.code() && !aboutReport {
		c.complain("status %s: the report says %.300q", c.end(), text)
	}
	c.reported(report.Bytes)
	c.events()
}

// reported compares the bytes of a report with those that arrived.
func (c *check) reported(bytes int) {
	for _, d := range c.s.dests {
		got, want := c.text(d)
		arrived := len(got)
		switch {
		case d.how == whole && !c.complete():
			continue // nothing has arrived where one can see it
		case d.how == added:
			arrived -= len(d.old)
		}
		if bytes != arrived || bytes > len(want) {
			c.complain("status %s: the report says %d bytes; %s got %d", c.end(), bytes, d.name, arrived)
		}
	}
}

// events wants lines of JSON, the last of which may be cut where writing failed.
func (c *check) events() {
	lines := strings.SplitAfter(c.out.after[eventsName].bytes, "\n")
	for i, line := range lines {
		if line == "" || json.Valid([]byte(line)) || i == len(lines)-1 && !c.complete() {
			continue
		}
		c.complain("status %s: an event is no JSON: %.200q", c.end(), line)
		return
	}
}
