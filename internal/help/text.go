package help

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"bpcopy/internal/fold"
)

// A screen is at least so wide.
const screenWidth = 80

// A page is text with tables of two columns.
type page struct {
	strings.Builder
	width int // of a line, or 0
}

// A row has a word and what is said of it.
type row struct{ word, said string }

// table adds rows under a title. What is said is folded, and begins in the same
// column in all rows.
func (p *page) table(title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(p, "\n%s:\n", title)
	indent := indent(rows)
	for _, r := range rows {
		width := p.width - indent
		if p.width > 0 && width < p.width/4 { // too narrow for columns
			width = 0
		}
		lines := fold.Lines(r.said, width)
		gap := strings.Repeat(" ", indent-2-utf8.RuneCountInString(r.word))
		fmt.Fprintf(p, "  %s%s%s\n", r.word, gap, strings.Join(lines, "\n"+strings.Repeat(" ", indent)))
	}
}

// indent returns in which column begins what is said in rows.
func indent(rows []row) int {
	widest := 0
	for _, r := range rows {
		widest = max(widest, utf8.RuneCountInString(r.word))
	}
	return widest + 4
}

// Screen returns the help of -h: at most 40 lines of at most 80 characters.
func Screen(c *cobra.Command, topics []Topic) string {
	p := page{width: screenWidth}
	lead := c.Annotations[leadKey]
	if lead == "" {
		lead = c.Short + "."
	}
	fmt.Fprintf(&p, "%s\n\nUsage:\n", lead)
	fmt.Fprintf(&p, "  %s\n", c.UseLine())
	p.examples(c)
	p.table("Commands", commandRows(c))
	p.table("Flags", screenRows(c))
	fmt.Fprintf(&p, "\n%s --help tells everything", c.CommandPath())
	if !c.HasParent() && len(topics) > 0 {
		var names []string
		for _, t := range topics {
			names = append(names, t.Name)
		}
		fmt.Fprintf(&p, ", %s help TOPIC more:\n%s", c.Name(), strings.Join(names, ", "))
	}
	p.WriteString(".\n")
	return p.String()
}

// screenRows are the flags that people need first or, if none is marked, all.
func screenRows(c *cobra.Command) []row {
	var first, all []*pflag.Flag
	flags(c, func(flag *pflag.Flag) {
		all = append(all, flag)
		if flag.Annotations[firstKey] != nil {
			first = append(first, flag)
		}
	})
	if first == nil {
		first = all
	}
	var rows []row
	for _, flag := range first {
		rows = append(rows, row{Spelling(flag), ""})
	}
	for i, flag := range first {
		rows[i].said = brief(flag, screenWidth-indent(rows))
	}
	return rows
}

// Full returns the help of --help. If width is not 0, what flags do is folded to
// that.
func Full(c *cobra.Command, topics []Topic, width int) string {
	p := page{width: width}
	long := c.Long
	if long == "" {
		long = c.Short
	}
	fmt.Fprintf(&p, "%s\n\nUsage:\n", long)
	if c.Runnable() {
		fmt.Fprintf(&p, "  %s\n", c.UseLine())
	}
	if c.HasSubCommands() {
		fmt.Fprintf(&p, "  %s COMMAND\n", c.CommandPath())
	}
	p.examples(c)
	p.table("Commands", commandRows(c))
	for _, s := range Sections(c) {
		var rows []row
		for _, flag := range s.Flags {
			rows = append(rows, row{Spelling(flag), Usage(flag)})
		}
		p.table(s.Title, rows)
	}
	if c.HasParent() {
		return p.String()
	}
	var rows []row
	for _, t := range topics {
		rows = append(rows, row{t.Name, t.Short})
	}
	p.table("Topics, for "+c.Name()+" help TOPIC", rows)
	fmt.Fprintf(&p, "\n%s COMMAND --help tells about a command, -h is one screen.\n", c.Name())
	return p.String()
}

// examples adds the examples of a command.
func (p *page) examples(c *cobra.Command) {
	if c.Example != "" {
		fmt.Fprintf(p, "\nExamples:\n%s\n", c.Example)
	}
}

func commandRows(c *cobra.Command) []row {
	var rows []row
	for _, sub := range Commands(c) {
		rows = append(rows, row{sub.Name(), sub.Short})
	}
	return rows
}
