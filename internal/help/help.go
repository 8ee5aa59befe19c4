// Package help tells how commands are used: on one screen for -h, and as a whole
// for --help. It knows no command and no flag by name. What it tells is what the
// commands declare, and their flags are in the sections in which they were
// declared, so that a flag that is added appears everywhere.
//
// # Words
//
//   - section: flags of one purpose, under a title.
//   - first: a flag that people need first. The screen shows only those, or all
//     flags of a command that has none.
//   - lead: what the screen tells of a command in place of its long text.
//   - topic: a text that belongs to no command alone.
package help

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The annotations of flags and commands.
const (
	sectionKey = "help_section"
	firstKey   = "help_first"
	leadKey    = "help_lead"
)

// A Topic is a text that can be asked for by its name.
type Topic struct {
	Name  string // one word
	Short string // what it is about, as commands have it
	Text  string // lines, without an end of line after the last one
}

// A Section is flags of one purpose.
type Section struct {
	Title string
	Flags []*pflag.Flag
}

// InSection has add declare flags, and puts those into the section of that
// title.
func InSection(f *pflag.FlagSet, title string, add func(*pflag.FlagSet)) {
	before := make(map[string]bool)
	f.VisitAll(func(flag *pflag.Flag) { before[flag.Name] = true })
	add(f)
	f.VisitAll(func(flag *pflag.Flag) {
		if !before[flag.Name] {
			annotate(f, flag.Name, sectionKey, title)
		}
	})
}

// First marks flags as those that people need first.
func First(f *pflag.FlagSet, names ...string) {
	for _, name := range names {
		annotate(f, name, firstKey, "true")
	}
}

// SetLead sets the lead of a command: lines, without an end of line after the
// last one.
func SetLead(c *cobra.Command, lead string) {
	if c.Annotations == nil {
		c.Annotations = make(map[string]string)
	}
	c.Annotations[leadKey] = lead
}

// annotate notes something of a flag. A flag that is not there is a mistake of
// ours.
func annotate(f *pflag.FlagSet, name, key, value string) {
	if err := f.SetAnnotation(name, key, []string{value}); err != nil {
		panic("help: internal error: " + err.Error())
	}
}

// Sections returns the flags of a command in the order in which they were
// declared, section by section. Those that are in no section come last.
func Sections(c *cobra.Command) []Section {
	var all []Section
	rest := Section{Title: "Other flags"}
	flags(c, func(flag *pflag.Flag) {
		title, ok := flag.Annotations[sectionKey]
		if !ok {
			rest.Flags = append(rest.Flags, flag)
			return
		}
		at := slices.IndexFunc(all, func(s Section) bool { return s.Title == title[0] })
		if at < 0 {
			at = len(all)
			all = append(all, Section{Title: title[0]})
		}
		all[at].Flags = append(all[at].Flags, flag)
	})
	if len(all) == 0 {
		rest.Title = "Flags"
	}
	return append(all, rest)
}

// flags calls visit with each flag of a command that is shown, those that it
// has from its parents last.
func flags(c *cobra.Command, visit func(*pflag.Flag)) {
	shown := func(flag *pflag.Flag) {
		if !flag.Hidden {
			visit(flag)
		}
	}
	own := c.LocalNonPersistentFlags()
	own.SortFlags = false
	own.VisitAll(shown)
	c.PersistentFlags().VisitAll(shown)
	c.InheritedFlags().VisitAll(shown)
}

// Spelling returns how a flag is written: "-L, --rate RATE". A flag without a
// short form begins with as many spaces.
func Spelling(flag *pflag.Flag) string {
	short := "    "
	if flag.Shorthand != "" {
		short = "-" + flag.Shorthand + ", "
	}
	name, _ := pflag.UnquoteUsage(flag)
	switch {
	case flag.Value.Type() == "bool", name == "":
		name = ""
	case flag.NoOptDefVal != "": // the value can be left out
		name = "[=" + name + "]"
	default:
		name = " " + name
	}
	return short + "--" + flag.Name + name
}

// Usage returns what a flag does, with its default.
func Usage(flag *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(flag)
	switch flag.DefValue {
	case "", "0", "0s", "false", "[]":
		return usage
	}
	if flag.Value.Type() == "string" {
		return fmt.Sprintf("%s (default %q)", usage, flag.DefValue)
	}
	return fmt.Sprintf("%s (default %s)", usage, flag.DefValue)
}

// Commands returns the commands of c that users are told of.
func Commands(c *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(c.Commands()), func(c *cobra.Command) bool { return c.Hidden })
}

// brief returns what a flag does: of that, as much as there is room for in a
// line. It leaves out what comes after a semicolon, and at the end what is in
// parentheses and does not fit. It cuts off nothing else.
func brief(flag *pflag.Flag, room int) string {
	usage := *flag
	usage.Usage, _, _ = strings.Cut(flag.Usage, "; ")
	text := Usage(&usage)
	for utf8.RuneCountInString(text) > room && strings.HasSuffix(text, ")") {
		open := strings.LastIndex(text, " (")
		if open < 0 { // they are those of a function
			break
		}
		text = text[:open]
	}
	return text
}
