package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"bpcopy/internal/fold"
	"bpcopy/internal/help"
)

// A page is written in the macros of man(7). Only macros that man and mandoc
// both know are used.
type page struct{ bytes.Buffer }

// head writes the title, the name and the synopsis.
func (p *page) head(c *cobra.Command, version, date string) {
	fmt.Fprintf(p, ".TH %s 1 %s %q %q\n.nh\n.ad l\n", strings.ToUpper(escape(pageName(c))), date, "bpcopy "+version, "User Commands")
	short := strings.ToLower(c.Short[:1]) + c.Short[1:]
	fmt.Fprintf(p, ".SH NAME\n%s \\-\n", escape(pageName(c)))
	p.prose(short)
	fmt.Fprint(p, ".SH SYNOPSIS\n")
	fmt.Fprintf(p, "\\fB%s\\fR%s\n", escape(c.CommandPath()), escape(strings.TrimPrefix(c.UseLine(), c.CommandPath())))
	if c.HasSubCommands() {
		fmt.Fprintf(p, ".br\n\\fB%s\\fR COMMAND\n", escape(c.CommandPath()))
	}
}

// command writes what the command declares and the notes on it. A section of
// which there is more than one part is written once, with all parts.
func (p *page) command(c *cobra.Command, topics []help.Topic, notes []section) {
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	if c.HasParent() {
		topics = nil
	}
	for _, t := range topics { // what a topic tells need not be told twice
		for paragraph := range strings.SplitSeq(t.Text, "\n\n") {
			long = strings.ReplaceAll("\n\n"+long+"\n\n", "\n\n"+paragraph+"\n\n", "\n\n")
			long = strings.Trim(long, "\n")
		}
	}
	told := sections("DESCRIPTION", long)
	p.section(told[0].title, told[0].text)
	p.commands(c)
	p.options(c)
	rest := told[1:]
	for _, t := range topics {
		title := strings.ToUpper(t.Name)
		if t.Name == "exit" {
			title = "EXIT STATUS"
		}
		rest = append(rest, section{title, strings.TrimPrefix(t.Text, "Exit status:\n")})
	}
	rest = append(rest, notes...)
	if c.Example != "" {
		rest = append(rest, section{"EXAMPLES", c.Example})
	}
	written := make(map[string]bool)
	for _, s := range rest {
		if written[s.title] {
			continue
		}
		written[s.title] = true
		var parts []string
		for _, other := range rest {
			if other.title == s.title {
				parts = append(parts, other.text)
			}
		}
		p.section(s.title, strings.Join(parts, "\n\n"))
	}
}

// section writes a text under a title.
func (p *page) section(title, text string) {
	fmt.Fprintf(p, ".SH %s\n", escape(title))
	for i, b := range blocks(text) {
		if i > 0 {
			p.WriteString(".PP\n")
		}
		switch {
		case b.items != nil:
			p.table(b.items)
		case b.kept:
			fmt.Fprintf(p, ".RS 2\n.nf\n%s\n.fi\n.RE\n", escape(strings.Join(unindented(b.lines), "\n")))
		default:
			p.prose(strings.Join(b.lines, " "))
		}
	}
}

// prose writes text that man fills, in lines of the length that mandoc advises:
// 80 bytes with the escape sequences.
func (p *page) prose(text string) {
	const width = 60
	for _, line := range fold.Lines(strings.Join(strings.Fields(text), " "), width) {
		fmt.Fprintln(p, escape(line))
	}
}

// table writes words and what is said of them, beside each other if the words
// are short enough.
func (p *page) table(items []item) {
	const most = 36 // of the 70 characters or so that a line has
	widest := 0
	for _, it := range items {
		if n := utf8.RuneCountInString(it.word); n <= most {
			widest = max(widest, n)
		}
	}
	p.WriteString(".PD 0\n")
	for _, it := range items {
		fmt.Fprintf(p, ".TP %d\n\\fB%s\\fR\n", widest+2, escape(it.word))
		if it.said == "" {
			p.WriteString("\\&\n")
			continue
		}
		p.prose(it.said)
	}
	p.WriteString(".PD\n")
}

// commands writes the commands below one.
func (p *page) commands(c *cobra.Command) {
	subs := help.Commands(c)
	if len(subs) == 0 {
		return
	}
	p.WriteString(".SH COMMANDS\n")
	for _, sub := range subs {
		fmt.Fprintf(p, ".TP\n\\fB%s\\fR\n%s.\n", escape(sub.CommandPath()), escape(sub.Short))
	}
}

// options writes the flags, in their sections.
func (p *page) options(c *cobra.Command) {
	p.WriteString(".SH OPTIONS\n")
	all := help.Sections(c)
	for _, s := range all {
		if len(all) > 1 {
			fmt.Fprintf(p, ".SS %s\n", escape(s.Title))
		}
		for _, flag := range s.Flags {
			spelled := escape(strings.TrimSpace(help.Spelling(flag)))
			if at := strings.LastIndex(spelled, `\-\-`); at >= 0 {
				if name, value, ok := strings.Cut(spelled[at:], " "); ok {
					spelled = spelled[:at] + name + " \\fI" + value
				}
			}
			fmt.Fprintf(p, ".TP\n\\fB%s\\fR\n", spelled)
			p.prose(help.Usage(flag) + ".")
		}
	}
}

// seeAlso writes the names of the other pages.
func (p *page) seeAlso(c *cobra.Command, all []*cobra.Command) {
	var names []string
	for _, other := range all {
		if other != c {
			names = append(names, fmt.Sprintf("\\fB%s\\fR(1)", escape(pageName(other))))
		}
	}
	fmt.Fprintf(p, ".SH SEE ALSO\n%s\n", strings.Join(names, ",\n"))
}

// unindented returns lines without the spaces that all of them begin with.
func unindented(lines []string) []string {
	least := len(lines[0])
	for _, line := range lines {
		least = min(least, len(line)-len(strings.TrimLeft(line, " ")))
	}
	var all []string
	for _, line := range lines {
		all = append(all, line[least:])
	}
	return all
}

// escape returns text that man shows as it is: nothing in it is a macro or an
// escape sequence, and whoever copies an example gets the characters of ASCII.
func escape(text string) string {
	named := map[rune]string{'\\': `\e`, '-': `\-`, '\'': `\(aq`, '`': `\(ga`, '^': `\(ha`, '~': `\(ti`, '"': `\(dq`}
	var b strings.Builder
	begins := true
	for _, r := range text {
		if begins && r == '.' {
			b.WriteString(`\&`)
		}
		switch name := named[r]; {
		case name != "":
			b.WriteString(name)
		case r >= utf8.RuneSelf:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
		begins = r == '\n'
	}
	return b.String()
}
