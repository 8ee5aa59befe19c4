package faults

import (
	"slices"
	"strings"
)

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
	case c.s.keepsGoing && c.code() == 1 && !c.fault.Onwards:
		if c.isAboutDestination() && renewed < files-1 {
			c.complain("status 1 for one destination: %d of %d are new: %.300q", renewed, files, c.out.stderr)
		}
	case c.killed() || c.s.keepsGoing || c.complete():
	case c.fault.Onwards && strings.HasPrefix(c.fault.Call, "unlink"): // what is new cannot be taken away again
	case renewed > 0 && renewed < files && c.filesOnly():
		c.complain("status %s: %d of %d destinations are new", c.end(), renewed, files)
	case renewed == files && c.filesOnly() && !c.aboutReport() && !c.unheard():
		c.complain("status %s: the destinations are new: %.300q", c.end(), c.out.stderr)
	}
}

// isAboutDestination reports whether an error is one of a destination.
func (c *check) isAboutDestination() bool {
	return strings.Contains(c.out.stderr, ` destination "`)
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
		c.kept(d)
		rest, kept := strings.CutPrefix(got, d.old)
		if !kept || !strings.HasPrefix(want, got) {
			c.complain("%s is not the old bytes and some of the source (%d bytes after %d)", d.name, len(rest), len(d.old))
		}
	case within:
		c.kept(d)
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

// atSeam reports whether a kill came between two steps that should be one.
func (c *check) atSeam(name string) bool {
	return c.s.seams && c.killed() && c.out.after[name].bytes == ""
}

// kept checks a file that is written where it is: nobody gains or loses rights.
func (c *check) kept(d dest) {
	before, was := c.out.before[d.name]
	after := c.out.after[d.name]
	if was && (after.look != before.look || after.inode != before.inode) {
		c.complain("status %s: %s has %v, inode %d; it had %v, inode %d", c.end(), d.name, after.look, after.inode, before.look, before.inode)
	}
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
	case c.atSeam(d.name):
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
